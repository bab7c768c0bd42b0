import { useSyncExternalStore } from 'react';

/** Whether a media query holds, kept up to date: `useMedia('(min-width: 768px)')`. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    () => matchMedia(query).matches,
  );
}
