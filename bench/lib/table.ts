/** A table as it is printed and written: the first column is text, the others figures. */
export interface Table {
  title: string;
  /** What has to be known to read the figures. */
  note: string;
  columns: string[];
  rows: string[][];
}

/** Writes a table as Markdown with columns in line, so that it reads the same in a terminal. */
export function toMarkdown(table: Table): string {
  const lines = [table.columns, ...table.rows];
  const widths = table.columns.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? '').length)));
  const write = (line: string[]) =>
    `| ${widths.map((width, column) => pad(line[column] ?? '', width, column)).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const body = [write(table.columns), rule, ...table.rows.map(write)].join('\n');
  return `## ${table.title}\n\n${body}\n\n${table.note}\n`;
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** A whole number with thousands apart: `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A number with so many decimals. */
export function decimals(value: number, digits: number): string {
  return value.toFixed(digits);
}

/** How `value` stands to a limit that it has to reach: `0.52 (≥ 0.45 reached)`. */
export function against(value: number, limit: { min?: number; max?: number }, unit = ''): string {
  const { min, max } = limit;
  const isReached = (min === undefined || value >= min) && (max === undefined || value <= max);
  return `${min === undefined ? `≤ ${max}` : `≥ ${min}`}${unit} ${isReached ? 'reached' : 'MISSED'}`;
}
