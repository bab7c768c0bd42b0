import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { type Comparison, chosenAnswer, showComparison, withChosen } from './comparison.ts';
import { chatKeys, readAlternatives, type ThreadMessage, updateSession } from './queries.ts';
import { t } from './strings.ts';

interface BranchesState {
  id: string;
  userId: string | null;
  comparison: Comparison | undefined;
}

/** Going from one version of a message to another, and choosing between answers side by side. */
export function useBranches({ id, userId, comparison }: BranchesState) {
  const queryClient = useQueryClient();
  const owner = userId ?? '';
  const onError = (error: unknown) => toast(errorMessage(error), { tone: 'bad' });

  const open = useMutation({
    mutationFn: async (messageId: string) => {
      const session = await updateSession(id, { head_id: messageId });
      queryClient.setQueryData(chatKeys.session(owner, id), session);
      await queryClient.invalidateQueries({ queryKey: chatKeys.messages(owner, id) });
    },
    onError,
  });

  const compare = useMutation({
    mutationFn: async (answer: ThreadMessage) => ({ answer, all: await readAlternatives(id, answer.id) }),
    onSuccess: ({ answer, all }) => {
      if (answer.parent_id === null) return;
      const columns = all.map((message) => ({ modelId: message.model_id ?? t('assistant'), lane: null, message }));
      showComparison(id, { questionId: answer.parent_id, columns, chosenId: answer.id });
    },
    onError,
  });

  return {
    /** True while another version is being opened. */
    opening: open.isPending || compare.isPending,
    /** Opens the branch of a message: another version of a question or an answer. */
    openVersion: (messageId: string) => open.mutate(messageId),
    /** Shows all answers to the same question side by side. */
    compare: (answer: ThreadMessage) => compare.mutate(answer),
    /** Chooses the answer to go on with; the comparison stays until it is closed or the next question is asked. */
    choose: (answer: ThreadMessage) => {
      if (comparison) showComparison(id, { ...comparison, chosenId: answer.id });
    },
    /** Closes the comparison: the chat goes on with the chosen answer. */
    closeComparison: () => {
      const answer = comparison && chosenAnswer(comparison);
      showComparison(id, undefined);
      if (!comparison || !answer) return;
      const queryKey = chatKeys.messages(owner, id);
      queryClient.setQueryData<ThreadMessage[]>(queryKey, (branch) => branch && withChosen(branch, comparison));
      open.mutate(answer.id);
    },
  };
}
