import type { ChatSession } from '@q/contract/sessions';
import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isYoung, unanswered } from './awaits-answer.ts';
import { chatKeys, type ThreadMessage } from './queries.ts';

/** An answer that another server writes is looked for this often. */
const LOOK_EVERY_MS = 4_000;
/** Between the end of a call and its saved answer there is a moment. */
const SAVED_WITHIN_MS = 1_000;

interface UnansweredState {
  id: string;
  userId: string | null;
  session: ChatSession | undefined;
  messages: readonly ThreadMessage[] | undefined;
  /** True while this page follows an answer of the chat. */
  answering: boolean;
}

/** Reads something anew; undefined when that failed. */
async function readAnew<T>(queryClient: QueryClient, queryKey: QueryKey): Promise<T | undefined> {
  const reads = queryClient.getQueryState(queryKey)?.dataUpdateCount;
  await queryClient.refetchQueries({ queryKey, exact: true });
  const state = queryClient.getQueryState<T>(queryKey);
  return state && state.dataUpdateCount !== reads ? state.data : undefined;
}

const isIdle = ({ running, calls_running }: ChatSession): boolean => running.length === 0 && !calls_running;

/** True when nothing is being answered anywhere and the question is still the last message: in this order, or an answer could come in between. */
async function isLost(queryClient: QueryClient, { id, userId }: { id: string; userId: string }): Promise<boolean> {
  const session = await readAnew<ChatSession>(queryClient, chatKeys.session(userId, id));
  const idle = session !== undefined && isIdle(session);
  if (idle) await new Promise((resolve) => setTimeout(resolve, SAVED_WITHIN_MS));
  const messages = await readAnew<ThreadMessage[]>(queryClient, chatKeys.messages(userId, id));
  return idle && messages !== undefined && unanswered(messages) !== null;
}

/**
 * Looks for the answer to a question that has none, as another server may be writing it. Answers the question's id once it is certain that
 * none will come, else null.
 */
export function useUnanswered({ id, userId, session, messages, answering }: UnansweredState): string | null {
  const queryClient = useQueryClient();
  const [lostId, setLostId] = useState<string | null>(null);
  const question = answering || messages === undefined ? null : unanswered(messages);
  const questionId = question?.id ?? null;
  const askedAt = question?.created_at ?? '';
  useEffect(() => {
    if (questionId === null || userId === null) return;
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      clearTimeout(timer);
      const lost = await isLost(queryClient, { id, userId });
      if (left) return;
      setLostId(lost ? questionId : null);
      if (!lost || isYoung({ created_at: askedAt }, Date.now())) timer = setTimeout(look, LOOK_EVERY_MS);
    };
    void look();
    // Another tab may have asked again meanwhile.
    window.addEventListener('focus', look);
    return () => {
      left = true;
      clearTimeout(timer);
      window.removeEventListener('focus', look);
    };
  }, [queryClient, id, userId, questionId, askedAt]);
  const isKnown = questionId !== null && questionId === lostId;
  return isKnown && session && isIdle(session) ? questionId : null;
}
