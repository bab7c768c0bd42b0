import type { ChatSession } from '@q/contract/sessions';
import type { QueryClient } from '@tanstack/react-query';
import { chatStreamUrl, createChatStream } from '../../lib/chat-stream.ts';
import { formatCost } from '../../lib/format.ts';
import { serverLocation } from '../../lib/host.ts';
import { getAccessToken, setBalance, useSession } from '../../lib/session-store.ts';
import { clearAttachments } from './attachments.ts';
import { keepPending } from './pending-turn.ts';
import { chatKeys, type ThreadMessage } from './queries.ts';
import { appendMessages } from './turn-outcome.ts';
import { createTurnRunner, type TurnRunner, type TurnSink } from './turns.ts';

/** After a lost connection the server needs a moment to settle what it had delivered. */
const SETTLED_AFTER_MS = 1500;

function newSession(id: string, title: string, modelId: string): ChatSession {
  const now = new Date().toISOString();
  return {
    id,
    title,
    model_id: modelId,
    parameters: {},
    head_id: null,
    message_count: 0,
    cost_usd: '0.000000000',
    created_at: now,
    updated_at: now,
    running: [],
    calls_running: true,
  };
}

/** Puts what turns learn into the cache of `queryClient`, and new balances into the session. */
export function createTurnSink(queryClient: QueryClient): TurnSink {
  const userId = () => useSession.getState().user?.id ?? '';
  const refreshSession = (id: string) => {
    void queryClient.invalidateQueries({ queryKey: chatKeys.session(userId(), id) });
    void queryClient.invalidateQueries({ queryKey: chatKeys.sessions(userId()) });
  };
  const reload = (id: string) => {
    void queryClient.invalidateQueries({ queryKey: chatKeys.messages(userId(), id) });
    refreshSession(id);
  };
  return {
    openStream: () =>
      createChatStream({
        connect: () => new WebSocket(chatStreamUrl(serverLocation())),
        getToken: getAccessToken,
      }),
    started(id, { title, modelId, isNew }) {
      if (isNew) {
        // The page moves to the new chat at once and has nothing to wait for.
        queryClient.setQueryData(chatKeys.session(userId(), id), newSession(id, title, modelId));
        queryClient.setQueryData<ThreadMessage[]>(chatKeys.messages(userId(), id), []);
      }
      void queryClient.invalidateQueries({ queryKey: chatKeys.sessions(userId()) });
    },
    saved(id, turn) {
      const queryKey = chatKeys.messages(userId(), id);
      // An answer to an older question must not overwrite what is added here.
      void queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<ThreadMessage[]>(queryKey);
      const after = before && appendMessages(before, turn);
      if (after) queryClient.setQueryData(queryKey, after);
      else if (before) void queryClient.invalidateQueries({ queryKey });
      refreshSession(id);
    },
    reload(id) {
      reload(id);
      setTimeout(() => reload(id), SETTLED_AFTER_MS);
    },
    balance: setBalance,
    pending: (request) => keepPending(userId(), request),
    describeCost: formatCost,
  };
}

let shared: { client: QueryClient; runner: TurnRunner } | null = null;

/** The page's one runner of turns, which outlives the chat page. It forgets everything when the person signs out. */
export function turnRunner(queryClient: QueryClient): TurnRunner {
  if (shared?.client === queryClient) return shared.runner;
  const runner = createTurnRunner(createTurnSink(queryClient));
  shared = { client: queryClient, runner };
  useSession.subscribe((now, before) => {
    if (before.user !== null && now.user?.id !== before.user.id) {
      runner.forget();
      clearAttachments();
    }
  });
  return runner;
}
