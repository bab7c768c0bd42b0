import { toast } from '../../components/toast-store.ts';
import { useSession } from '../../lib/session-store.ts';
import { useChangePreferences } from '../account/preferences.ts';
import { NEW_CHAT, readDraft, writeDraft } from '../chat/drafts.ts';
import { t } from './panel-strings.ts';

/** Puts the task into the composer of the new chat; what was typed there can be put back. */
function carryOver(sentence: string): void {
  const before = readDraft(NEW_CHAT);
  writeDraft(NEW_CHAT, sentence);
  if (before.trim() === '' || before === sentence) return;
  toast(t('yourTaskStandsIn'), {
    action: { label: t('putItBack'), run: () => writeDraft(NEW_CHAT, before) },
  });
}

/** Choosing a model for a task: the next chat has both, and who is signed in keeps the model as their own. */
export function usePick(): (modelId: string, sentence: string) => void {
  const userId = useSession((state) => state.user?.id ?? null);
  const { mutate } = useChangePreferences(userId ?? '');
  return (modelId, sentence) => {
    carryOver(sentence);
    if (userId !== null) mutate({ selected_model: modelId });
  };
}
