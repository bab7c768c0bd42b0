import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';

/** One tab and what it shows. */
interface TabItem {
  value: string;
  label: string;
  content: ReactNode;
}

/** Props of `Tabs`. Uncontrolled without `value`. */
export interface TabsProps {
  /** Names the row of tabs for screen readers. */
  label: string;
  items: readonly TabItem[];
  value?: string;
  onValueChange?: (value: string) => void;
  className?: string;
  panelClassName?: string;
}

/** Underlined tabs with arrow keys; the row scrolls sideways when it is too long for a phone. */
export function Tabs({ label, items, value, onValueChange, className, panelClassName }: TabsProps) {
  return (
    <BaseTabs.Root
      className={className}
      {...(value === undefined ? { defaultValue: items[0]?.value } : { value })}
      onValueChange={(next) => onValueChange?.(String(next))}
    >
      <BaseTabs.List aria-label={label} className="flex overflow-x-auto border-line border-b">
        {items.map((item) => (
          <BaseTabs.Tab
            key={item.value}
            value={item.value}
            className={cx(
              'min-h-control shrink-0 border-transparent border-b-2 px-3 text-ink2 text-ui hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink',
              '-outline-offset-2!',
            )}
          >
            {item.label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {items.map((item) => (
        // Every panel has controls of its own: the panel itself would be one stop too many. The panel that leaves
        // stays for a frame or two: shown, it would push the new one down and back.
        <BaseTabs.Panel
          key={item.value}
          value={item.value}
          tabIndex={-1}
          className={cx('data-ending-style:hidden', panelClassName)}
        >
          {item.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
