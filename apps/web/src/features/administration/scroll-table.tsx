import type { ReactNode } from 'react';

/** Props of `ScrollTable`. */
export interface ScrollTableProps {
  /** Names the table and the box that scrolls. */
  label: string;
  children: ReactNode;
}

/** The classes of a head and a body cell; figures go right. */
export const scrollHead =
  'whitespace-nowrap border-line border-y bg-sunken px-2 py-1.5 font-medium text-ink2 text-meta first:pl-3 last:pr-3';
export const scrollCell = 'whitespace-nowrap border-line border-b px-2 py-1.5 text-ui first:pl-3 last:pr-3';

/** A wide table that scrolls sideways inside its own box, by keyboard too; the page itself never does. */
export function ScrollTable({ label, children }: ScrollTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a pointer
    <section aria-label={label} tabIndex={0} className="overflow-x-auto">
      <table className="w-full border-separate border-spacing-0">
        <caption className="sr-only">{label}</caption>
        {children}
      </table>
    </section>
  );
}
