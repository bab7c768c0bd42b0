import { useEffect } from 'react';

/** Names the page in the browser's tab and history: "Models · Q Marketplace". */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Q Marketplace`;
  }, [title]);
}
