/** What needs no quotes in the text of an array: ids, names, hexadecimal. The empty string and `null` do. */
const PLAIN = /^(?!null$)[\w./:@+-]+$/i;

const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A parameter for `$n::text[]`. Written here because most values need no quotes, which the driver looks for in each. */
export function textArray(values: readonly (string | null)[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    if (value === null) text += 'NULL';
    else text += PLAIN.test(value) ? value : quoted(value);
  }
  return `${text}}`;
}

/** A parameter for `$n::bigint[]` or `$n::int[]`. */
export function numberArray(values: readonly (bigint | number | null)[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += value === null ? 'NULL' : value;
  }
  return `${text}}`;
}

/**
 * A parameter for `string_to_array($n, E'\n', '')`: texts of JSON, which hold no line end and need no quotes so; null is an empty line.
 * Short of elements when all are null: what is unnested beside it is then filled up with nulls.
 */
export function jsonLines(values: readonly (string | null)[]): string {
  return values.join('\n');
}
