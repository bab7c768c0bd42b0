/** One media range of an `Accept` header. */
interface MediaRange {
  type: string;
  subtype: string;
  /** 0 to 1; with 0 the sender does not want it. */
  quality: number;
}

/** A media range and its parameters (RFC 9110, 12.5.1). What is quoted may hold commas and semicolons; a quote that is not closed ends with the header. */
const RANGE = /(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|\\?$))+/g;
const PARAMETER = /(?:[^;"]|"(?:[^"\\]|\\.)*(?:"|\\?$))+/g;
const MEDIA = /^([\w!#$&^.+*-]+)\/([\w!#$&^.+*-]+)$/;
/** A weight has at most three digits behind the point. */
const WEIGHT = /^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

function parseRange(text: string): MediaRange | null {
  const [media = '', ...parameters] = (text.match(PARAMETER) ?? []).map((part) => part.trim());
  const [, type, subtype] = MEDIA.exec(media.toLowerCase()) ?? [];
  if (type === undefined || subtype === undefined) return null;
  const weight = parameters.find((parameter) => /^q\s*=/i.test(parameter));
  if (weight === undefined) return { type, subtype, quality: 1 };
  const [, quality] = WEIGHT.exec(weight) ?? [];
  return quality === undefined ? null : { type, subtype, quality: Number(quality) };
}

/** How exactly a range names a type: 0 any, 1 its family, 2 itself; -1 when it does not. */
function exactness(range: MediaRange, offered: string): number {
  const [type, subtype] = offered.split('/');
  if (range.type === type && range.subtype === subtype) return 2;
  if (range.type === type && range.subtype === '*') return 1;
  return range.type === '*' && range.subtype === '*' ? 0 : -1;
}

interface Wish {
  offered: string;
  quality: number;
  exact: number;
  at: number;
}

/** What a header says of one type, by the range that names it most exactly. */
function wishFor(ranges: readonly MediaRange[], offered: string): Wish {
  let wish: Wish = { offered, quality: 0, exact: -1, at: 0 };
  for (const [at, range] of ranges.entries()) {
    const exact = exactness(range, offered);
    if (exact > wish.exact) wish = { offered, quality: range.quality, exact, at };
  }
  return wish;
}

/**
 * Which of the media types that can be answered an `Accept` header prefers: by weight, then by how exactly it names them, then by its own
 * order. The first of them where the header is absent, wants none of them or says nothing that can be read.
 */
export function preferredType<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  const ranges = (accept?.match(RANGE) ?? []).flatMap((text) => parseRange(text) ?? []);
  const wishes = offered.map((type) => ({ ...wishFor(ranges, type), offered: type }));
  const wanted = wishes.filter(({ quality }) => quality > 0);
  wanted.sort((left, right) => right.quality - left.quality || right.exact - left.exact || left.at - right.at);
  return wanted[0]?.offered ?? offered[0];
}
