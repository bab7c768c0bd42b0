import type { ChatRunningTurn, ChatSession } from '@q/contract/sessions';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { fillColumn, showComparison } from './comparison.ts';
import type { ThreadMessage } from './queries.ts';
import { turnRunner } from './turn-sink.ts';
import { laneKey, useTurns } from './turn-state.ts';
import type { TurnRunner } from './turns.ts';

interface RunningState {
  id: string;
  session: ChatSession | undefined;
  messages: readonly ThreadMessage[] | undefined;
}

/** The question a turn answers, once it is saved. */
const questionOf = ({ question, question_id, parent_id }: ChatRunningTurn): string | null =>
  question === null ? parent_id : question_id;

/** Follows what runs in a chat: two answers to the same question side by side, else the newest. */
function joinAll(runner: TurnRunner, chat: string, running: readonly ChatRunningTurn[]): void {
  const { turns } = useTurns.getState();
  if (turns[chat] || turns[laneKey(chat, 'second')]) return;
  const news = running.filter((turn) => runner.isNews(turn.id));
  const newest = news.at(-1);
  const [first, second] = news;
  const questionId = first ? questionOf(first) : null;
  if (news.length !== 2 || !first || !second || questionId === null || questionOf(second) !== questionId) {
    if (newest) runner.join(newest, { chat });
    return;
  }
  const columns = [
    { modelId: first.model_id, lane: 'first', message: null },
    { modelId: second.model_id, lane: 'second', message: null },
  ] as const;
  showComparison(chat, { questionId, columns, chosenId: null });
  runner.join(first, { chat, onAnswer: (message) => fillColumn(chat, 'first', message) });
  runner.join(second, { chat, lane: 'second', onAnswer: (message) => fillColumn(chat, 'second', message) });
}

/** Follows the answers of this server that were begun before a reload or elsewhere. */
export function useRunning({ id, session, messages }: RunningState): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (session && messages) joinAll(turnRunner(queryClient), id, session.running);
  }, [queryClient, id, session, messages]);
}
