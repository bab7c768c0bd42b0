import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { cx } from '../lib/cx.ts';

/** One action of a `Menu`. */
interface MenuAction {
  label: string;
  onSelect: () => void;
  icon?: ReactNode;
  /** Shown in the colour of what destroys. */
  danger?: boolean;
  disabled?: boolean;
}

/** Props of `Menu`. `trigger` is the element that opens it, such as an `IconButton`. */
export interface MenuProps {
  trigger: ReactElement;
  actions: readonly MenuAction[];
  align?: 'start' | 'center' | 'end';
}

/** A list of actions behind one button, with arrow keys, type-ahead and Esc. */
export function Menu({ trigger, actions, align = 'end' }: MenuProps) {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} sideOffset={4} className="z-50 outline-none">
          <BaseMenu.Popup className="min-w-40 rounded-md border border-line bg-surface py-1 text-ink shadow-overlay outline-none">
            {actions.map((action) => (
              <BaseMenu.Item
                key={action.label}
                disabled={action.disabled ?? false}
                onClick={action.onSelect}
                className={cx(
                  'flex min-h-control select-none items-center gap-2 px-3 text-ui outline-none data-disabled:text-ink3 data-highlighted:bg-sunken',
                  action.danger && 'text-neg',
                )}
              >
                {action.icon}
                {action.label}
              </BaseMenu.Item>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
