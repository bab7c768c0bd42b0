import { lazyRouteComponent } from '@tanstack/react-router';

const MARK = 'q.reloaded-at';
const ONCE_IN_MS = 60_000;
/** How browsers, and Vite for style sheets, say that a part of the program did not come. */
const PART_MISSING = /dynamically imported module|importing a module script failed|unable to preload css/i;

class NotLoaded extends Error {}

/**
 * A page whose program is loaded when it is first shown, or pointed at. One that does not come is an error of that page; the router would load the
 * whole document anew, and who is offline would lose what stands on it to the browser's own error page.
 */
// biome-ignore lint/suspicious/noExplicitAny: a module exports whatever it exports, as the router's own type says
export function lazyPage<Module extends Record<string, any>, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
) {
  const loadOrSay = () =>
    load().catch((cause: unknown) => {
      throw new NotLoaded('not-loaded', { cause });
    });
  return lazyRouteComponent(loadOrSay, name);
}

/** True for the error of a page a part of whose program did not come: the document is loaded anew to mend it. */
export function isNotLoaded(error: unknown): boolean {
  return error instanceof NotLoaded || (error instanceof Error && PART_MISSING.test(error.message));
}

/** Loads the document anew if the server can be reached. */
export async function reloadIfServed(): Promise<void> {
  const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.ok) location.reload();
}

/** The same by itself, as after a deploy, when an old page asks for files that are gone; but not in a circle. */
export async function reloadAfterDeploy(): Promise<void> {
  try {
    const last = Number(sessionStorage.getItem(MARK) ?? 0);
    if (Date.now() - last < ONCE_IN_MS) return;
    sessionStorage.setItem(MARK, String(Date.now()));
  } catch {
    return;
  }
  await reloadIfServed();
}
