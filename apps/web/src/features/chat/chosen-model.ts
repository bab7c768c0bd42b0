import { create } from 'zustand';

const LAST_USED = 'q.chat.model';

/** Models chosen for saved chats on this page and not yet answered by. */
const useChosen = create<Record<string, string>>()(() => ({}));

/** The model chosen for a chat on this page, if any. */
export function useChosenModel(chat: string): string | undefined {
  return useChosen((chosen) => chosen[chat]);
}

/** Chooses the model of a chat's next answers. */
export function chooseModel(chat: string, modelId: string): void {
  useChosen.setState({ [chat]: modelId });
}

/** The model of the last question asked in this browser; null when there is none. */
export function lastUsedModel(): string | null {
  try {
    return localStorage.getItem(LAST_USED);
  } catch {
    return null;
  }
}

/** Remembers the model of a question for the next new chat. */
export function rememberModel(modelId: string): void {
  try {
    localStorage.setItem(LAST_USED, modelId);
  } catch {
    // Without storage the next chat starts with the most used model.
  }
}
