import { create } from 'zustand';

const PREFIX = 'q.second.';

function stored(chat: string): string | undefined {
  try {
    return sessionStorage.getItem(PREFIX + chat) ?? undefined;
  } catch {
    return undefined;
  }
}

const useChosen = create<Record<string, string | null>>()(() => ({}));

/** The model that is asked beside the first in a chat's next questions; undefined when only one is. */
export function useSecondModel(chat: string): string | undefined {
  const chosen = useChosen((models) => models[chat]);
  return chosen === undefined ? stored(chat) : (chosen ?? undefined);
}

/** Asks a second model beside the first from now on, in this tab and over its reloads; undefined: no more. */
export function chooseSecond(chat: string, modelId: string | undefined): void {
  useChosen.setState({ [chat]: modelId ?? null });
  try {
    if (modelId === undefined) sessionStorage.removeItem(PREFIX + chat);
    else sessionStorage.setItem(PREFIX + chat, modelId);
  } catch {
    // Without storage a reload forgets it.
  }
}

/** Forgets every second model of this tab, at sign-out. */
export function clearSeconds(): void {
  useChosen.setState({}, true);
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Without storage there are none.
  }
}
