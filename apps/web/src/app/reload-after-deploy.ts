const MARK = 'q.reloaded-at';
const ONCE_IN_MS = 60_000;

/** After a deploy the old page asks for files that are gone: reload it, but not in a circle. */
export function reloadAfterDeploy(): void {
  addEventListener('vite:preloadError', (event) => {
    try {
      const last = Number(sessionStorage.getItem(MARK) ?? 0);
      if (Date.now() - last < ONCE_IN_MS) return;
      sessionStorage.setItem(MARK, String(Date.now()));
    } catch {
      return;
    }
    event.preventDefault();
    location.reload();
  });
}
