/** The search part of a URL as flat text: a name given twice is a list. */
export type SearchRecord = Record<string, string | string[]>;

/** Reads `?a=1&b=x&b=y` as `{a: '1', b: ['x', 'y']}`. Routes turn the text into types in `validateSearch`. */
export function parseSearch(search: string): SearchRecord {
  const record: SearchRecord = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const before = record[name];
    if (before === undefined) record[name] = value;
    else record[name] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return record;
}

/** Writes a search object back: lists repeat their name, `true` is `1`, and undefined, null, false and empty lists are left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null || item === false) continue;
      params.append(name, item === true ? '1' : String(item));
    }
  }
  // Commas, colons and slashes are legal in a query; left readable they keep shared links short.
  const text = params.toString().replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** One text value of a search object: the first of a list, undefined when empty. */
export function readText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** The params of `names` that a search object has as text of so many characters at most; others are left out. */
export function readTexts<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
  lengthMax = Number.POSITIVE_INFINITY,
): { [K in Name]?: string } {
  const texts: { [K in Name]?: string } = {};
  for (const name of names) {
    const value = readText(search[name]);
    if (value !== undefined && value.length <= lengthMax) texts[name] = value;
  }
  return texts;
}
