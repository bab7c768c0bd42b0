import { appendFileSync } from 'node:fs';

/** Says what a part of the proof has done: printed at once, and gathered by `npm run proof` for its summary. */
export function report(part: string, figures: Record<string, number | string>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  const line = `${part}: ${text.join(', ')}`;
  const file = process.env['PROOF_FIGURES'];
  if (!file) process.stdout.write(`${line}\n`);
  else appendFileSync(file, `${line}\n`);
}
