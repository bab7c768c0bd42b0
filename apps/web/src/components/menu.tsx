import {
  type ButtonHTMLAttributes,
  cloneElement,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useState,
} from 'react';

/** One action of a `Menu`. */
interface MenuAction {
  label: string;
  onSelect: () => void;
  icon?: ReactNode;
  /** Shown in the colour of what destroys. */
  danger?: boolean;
  disabled?: boolean;
}

/** Props of `Menu`. `trigger` is the button that opens it, such as an `IconButton`. */
export interface MenuProps {
  trigger: ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;
  actions: readonly MenuAction[];
  align?: 'start' | 'center' | 'end';
}

const load = () => import('./menu-popup.tsx');

const MenuPopup = lazy(async () => {
  const { MenuPopup: component } = await load();
  return { default: component };
});

/**
 * A list of actions behind one button, with arrow keys, type-ahead and Esc. Its code is fetched when a pointer or the focus
 * comes near, and a list of many menus costs no more than its buttons.
 */
export function Menu(props: MenuProps) {
  const [used, setUsed] = useState(false);
  if (used) {
    return (
      <Suspense fallback={props.trigger}>
        <MenuPopup {...props} />
      </Suspense>
    );
  }
  return cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: () => void load(),
    onFocus: () => void load(),
    onClick: () => setUsed(true),
  });
}
