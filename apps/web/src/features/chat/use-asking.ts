import type { ChatParameters } from '@q/contract/chat';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { pagePath } from '../../lib/host.ts';
import { readAttachments, writeAttachments } from './attachments.ts';
import { chooseModel, rememberModel } from './chosen-model.ts';
import { type Comparison, chosenAnswer, fillColumn, showComparison, withChosen } from './comparison.ts';
import { NEW_CHAT, readDraft, writeDraft } from './drafts.ts';
import { endEdit, readEdit } from './edits.ts';
import { readPending } from './pending-turn.ts';
import { chatKeys, type ThreadMessage } from './queries.ts';
import { chooseSecond } from './second-model.ts';
import { turnRunner } from './turn-sink.ts';
import { type TurnRequest, useTurns } from './turn-state.ts';
import type { TurnRunner } from './turns.ts';

/** What asking needs to know of a chat. */
export interface AskingState {
  id: string;
  userId: string | null;
  messages: readonly ThreadMessage[] | undefined;
  comparison: Comparison | undefined;
  modelId: string | null;
  secondId: string | undefined;
  parameters: ChatParameters;
  signedIn: () => Promise<boolean>;
}

/** The last message of what is shown: the next question follows it. */
function endOf({ messages, comparison }: AskingState): string | null | undefined {
  const compared = comparison && chosenAnswer(comparison);
  return compared?.id ?? messages?.at(-1)?.id ?? (messages ? null : undefined);
}

/** Asks a question of one model, or of two: the second when the first has begun and the question is saved. */
function createAsk(runner: TurnRunner, navigate: ReturnType<typeof useNavigate>) {
  const askBeside = (chat: string, questionId: string, [first, second]: [string, string]): void => {
    chooseSecond(NEW_CHAT, undefined);
    chooseSecond(chat, second);
    // The one that is answered last would be taken for the chat's own.
    chooseModel(chat, first);
    const columns = [
      { modelId: first, lane: 'first', message: null },
      { modelId: second, lane: 'second', message: null },
    ] as const;
    showComparison(chat, { questionId, columns, chosenId: null });
    runner.ask({
      chat,
      lane: 'second',
      modelId: second,
      question: null,
      parentId: questionId,
      onAnswer: (message) => fillColumn(chat, 'second', message),
    });
  };
  return (request: TurnRequest, secondId?: string): void => {
    let begun = false;
    runner.ask({
      ...request,
      onStarted: (sessionId, questionId) => {
        // A turn that is sent again after a lost connection begins once more.
        if (begun) return;
        begun = true;
        request.onStarted?.(sessionId, questionId);
        showComparison(sessionId, undefined);
        if (secondId !== undefined && questionId !== null)
          askBeside(sessionId, questionId, [request.modelId, secondId]);
        // Whoever has opened another chat meanwhile stays there.
        if (request.chat === NEW_CHAT && pagePath() === '/chat')
          void navigate({ to: '/chat/$sessionId', params: { sessionId }, replace: true });
      },
      onAnswer: (message, sessionId) => fillColumn(sessionId, 'first', message),
    });
  };
}

/** Sending, answering again, writing anew, stopping. */
export function useAsking(state: AskingState) {
  const { id, modelId, signedIn } = state;
  const queryClient = useQueryClient();
  const runner = turnRunner(queryClient);
  const ask = createAsk(runner, useNavigate());
  const isBusy = () => useTurns.getState().turns[id] !== undefined;

  /** The branch goes on with the answer that was chosen of a comparison. */
  const settleComparison = () => {
    const { comparison, userId } = state;
    if (!comparison || userId === null) return;
    const queryKey = chatKeys.messages(userId, id);
    queryClient.setQueryData<ThreadMessage[]>(queryKey, (branch) => branch && withChosen(branch, comparison));
    showComparison(id, undefined);
  };

  const send = async (askedModel: string | null, secondId: string | undefined) => {
    const question = readDraft(id).trim();
    const images = readAttachments(id).flatMap(({ image }) => image ?? []);
    const isEmpty = question === '' && images.length === 0;
    if (isEmpty || askedModel === null || isBusy() || !(await signedIn())) return;
    const parentId = endOf(state);
    settleComparison();
    writeDraft(id, '');
    writeAttachments(id, () => []);
    rememberModel(askedModel);
    const parameters = id === NEW_CHAT ? { parameters: state.parameters } : {};
    const follows = parentId === undefined ? {} : { parentId };
    ask({ chat: id, modelId: askedModel, question, images, ...follows, ...parameters }, secondId);
  };

  const answerAgain = async (askedModel: string | null, questionId: string | undefined) => {
    if (askedModel === null || isBusy() || !(await signedIn())) return;
    settleComparison();
    const last = state.messages?.findLast(({ role }) => role === 'user')?.id;
    const parentId = questionId ?? last;
    ask({ chat: id, modelId: askedModel, question: null, ...(parentId === undefined ? {} : { parentId }) });
  };

  const sendEdit = async (askedModel: string | null) => {
    const edit = readEdit(id);
    if (!edit || askedModel === null || isBusy() || !(await signedIn())) return;
    const { parentId, images } = edit;
    const question = edit.text.trim();
    if (question === '' && images.length === 0) return;
    settleComparison();
    ask({ chat: id, modelId: askedModel, question, images, parentId, anew: true, onStarted: () => endEdit(id) });
  };

  const askAgain = useRef(ask);
  askAgain.current = ask;
  const { userId } = state;
  useEffect(() => {
    // What a new chat was asked before a reload is asked again under its key, and so joins its answer.
    const pending = id === NEW_CHAT && userId !== null ? readPending(userId) : null;
    if (pending && !useTurns.getState().turns[NEW_CHAT]) askAgain.current(pending);
  }, [id, userId]);

  return {
    /** Sends the draft with its pictures. A stranger is asked to sign in first; the draft stays. */
    send: (options?: { modelId?: string }) => void send(options?.modelId ?? modelId, state.secondId),
    /** Answers a question again: the last one, unless another is named. */
    answerAgain: (options: { modelId?: string | undefined; questionId?: string | undefined } = {}) =>
      void answerAgain(options.modelId ?? modelId, options.questionId),
    /** Sends the question that was written anew. */
    sendEdit: (askedModel?: string) => void sendEdit(askedModel ?? modelId),
    stop: () => runner.stop(id),
  };
}
