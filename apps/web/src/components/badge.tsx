import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';

const TONES = {
  plain: 'text-ink2',
  good: 'text-pos',
  bad: 'text-neg',
  warn: 'text-warn',
  info: 'text-info',
  accent: 'text-accent',
} as const;

/** The colour of a badge; the word inside must say the same without it. */
export type BadgeTone = keyof typeof TONES;

/** A short state in words with an outline in its own colour. */
export function Badge({ tone = 'plain', children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center whitespace-nowrap rounded-sm border border-current/45 px-1.5 text-meta leading-5',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
