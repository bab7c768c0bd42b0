import type { TurnRequest } from './turn-state.ts';

/** A first question whose chat has not come to be: kept with this tab, for without an address there is no other way back to it. */
const STORED_AS = 'q.asked';
/** As long as its answer may go on without this page. */
const KEPT_MS = 10 * 60_000;

/** A question with the key under which it can be asked again without being asked twice. */
export type KeyedRequest = TurnRequest & { key: string };

/** Keeps what a new chat was just asked, until its answer begins; null forgets it. */
export function keepPending(userId: string, request: KeyedRequest | null): void {
  try {
    if (request === null) sessionStorage.removeItem(STORED_AS);
    else sessionStorage.setItem(STORED_AS, JSON.stringify({ userId, request, at: Date.now() }));
  } catch {
    // Without storage, or with a full one, a reload forgets the question.
  }
}

/** What this person had asked in a new chat before a reload, and has had no answer to; null when there is none. */
export function readPending(userId: string): KeyedRequest | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null');
    return stored?.userId === userId && Date.now() - stored.at < KEPT_MS ? stored.request : null;
  } catch {
    return null;
  }
}
