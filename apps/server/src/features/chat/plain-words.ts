const FENCE = /^\s*(?:`{3,}|~{3,})/;
/** A line across the page, or the line under the head of a table. */
const RULE = /^\s*(?:(?:[-*_]\s*){3,}|\|?[\s:|-]*-[\s:|-]*)$/;
const BEGINNINGS = /^\s*(?:>\s?)*\s*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)?/;
/** Bounded, so that a text of nothing but brackets takes no longer than another. */
const LINK = /!?\[([^\]]{0,300})\]\([^)]{0,1000}\)/g;
/** Marks of emphasis are not between two letters, as in snake_case, nor between two spaces, as in 2 * 3. */
const EMPHASIS = [
  /(?<![\p{L}\p{N}*\\])\*{1,3}(?=[^\s*])|(?<=[^\s*\\])\*{1,3}(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}_\\])_{1,3}(?=[^\s_])|(?<=[^\s_\\])_{1,3}(?![\p{L}\p{N}_])/gu,
  /~~/g,
];
const ESCAPED = /\\([\\`*_{}[\]()#+.!|~>-])/g;

function plainLine(line: string): string {
  if (RULE.test(line)) return '';
  const body = line.replace(BEGINNINGS, '').replace(LINK, '$1');
  const isRow = body.trimStart().startsWith('|');
  // What stands between backquotes is code, in which every character means itself.
  return body
    .split('`')
    .map((part, at) => {
      if (at % 2 === 1) return part;
      const words = EMPHASIS.reduce((text, marks) => text.replace(marks, ''), part).replace(ESCAPED, '$1');
      return isRow ? words.replaceAll('|', ' ') : words;
    })
    .join('');
}

/** The words of a Markdown text without its marks, for a place where it is not shown as Markdown: line by line, the code of fences as it is. */
export function plainWords(markdown: string): string {
  let inCode = false;
  return markdown
    .split('\n')
    .map((line) => {
      if (FENCE.test(line)) {
        inCode = !inCode;
        return '';
      }
      return inCode ? line : plainLine(line);
    })
    .join('\n');
}
