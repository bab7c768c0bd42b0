import { type RefObject, useEffect, useRef } from 'react';

/** A viewport this much shorter than the window has a keyboard in it. */
const KEYBOARD_MIN_PX = 150;

/**
 * Keeps an element as high as what a phone's keyboard leaves of the screen, by the custom property `--keyboard` (the
 * height it takes, in pixels) on the element. Browsers that shrink the page themselves report no difference.
 */
export function useKeyboardHeight(): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const update = () => {
      const taken = window.innerHeight - viewport.height * viewport.scale;
      const open = taken > KEYBOARD_MIN_PX;
      element.current?.style.setProperty('--keyboard', `${open ? Math.round(taken) : 0}px`);
    };
    viewport.addEventListener('resize', update);
    return () => viewport.removeEventListener('resize', update);
  }, []);
  return element;
}
