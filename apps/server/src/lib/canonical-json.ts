/**
 * JSON with the keys of every object in order of their UTF-16 code units and no white space, so that equal values have equal bytes
 * (RFC 8785, for strings, booleans, null, safe integers, arrays and objects; other numbers are refused with a TypeError).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
  }
  const isPlain = value === null || typeof value === 'string' || typeof value === 'boolean';
  if (!isPlain && !Number.isSafeInteger(value)) throw new TypeError('Only strings, whole numbers, booleans and null.');
  return JSON.stringify(value);
}
