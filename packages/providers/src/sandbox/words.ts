/** A question as it is searched: words in lower case without accents, and the same as one text with a space around every word. */
export interface Words {
  list: readonly string[];
  text: string;
}

/** As much of a question as is read. */
const QUESTION_LENGTH_MAX = 4_000;

/** Reads a text into words. Dots stay inside numbers and versions (`gpt-5.5`), a plus stays at the end (`r+`); all else separates. */
export function readWords(text: string): Words {
  const plain = text
    .slice(0, QUESTION_LENGTH_MAX)
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '');
  const list = plain
    .replace(/[^a-z0-9.+]+/g, ' ')
    .split(' ')
    .map((word) => word.replace(/^[.+]+|\.+$/g, ''))
    .filter((word) => word !== '');
  return { list, text: ` ${list.join(' ')} ` };
}

/** The words run together, for comparing names: `GPT-4o mini` and `gpt4o-mini` are both `gpt4omini`. */
export function squash(text: string): string {
  return readWords(text).list.join('').replaceAll('.', '');
}

/** True when one of the phrases occurs. A phrase is plain words; a star at its end stands for any ending of its last word. */
export function hasAny(words: Words, phrases: readonly string[]): boolean {
  return phrases.some((phrase) =>
    phrase.endsWith('*') ? words.text.includes(` ${phrase.slice(0, -1)}`) : words.text.includes(` ${phrase} `),
  );
}

/**
 * How many letters differ: left out, added, changed, or two neighbours swapped (optimal string alignment). Stops counting above `max`
 * and then answers `max + 1`.
 */
export function editDistance(left: string, right: string, max: number): number {
  if (Math.abs(left.length - right.length) > max) return max + 1;
  let older: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = nextRow(left, right, row, { previous, older });
    if (Math.min(...current) > max) return max + 1;
    older = previous;
    previous = current;
  }
  return Math.min(previous[right.length] ?? max + 1, max + 1);
}

function nextRow(
  left: string,
  right: string,
  row: number,
  { previous, older }: { previous: number[]; older: number[] },
): number[] {
  const current = [row];
  const at = (values: number[], index: number) => values[index] ?? Number.POSITIVE_INFINITY;
  for (let column = 1; column <= right.length; column += 1) {
    const change = left[row - 1] === right[column - 1] ? 0 : 1;
    let best = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + change);
    const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
    if (row > 1 && column > 1 && isSwap) best = Math.min(best, at(older, column - 2) + 1);
    current.push(best);
  }
  return current;
}
