import type { Model, ModelList } from '@q/contract/models';
import type {
  ChatMessage,
  ChatMessageList,
  ChatSession,
  ChatSessionList,
  ChatSessionWrite,
} from '@q/contract/sessions';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api-client.ts';

/** A message as the thread shows it: what the server keeps, and what only this page has seen. */
export interface ThreadMessage extends ChatMessage {
  reasoning?: string;
  /** Who ended the answer early: the person, or their balance. */
  stoppedBy?: 'person' | 'balance';
}

const SESSIONS_PER_PAGE = 50;
const MESSAGES_PER_PAGE = 100;
const MODELS_PER_PAGE = 100;

/** Everything read for one person stands under their id, so that the next person of this browser never sees it. */
export const chatKeys = {
  sessions: (userId: string) => ['chat', userId, 'sessions'] as const,
  session: (userId: string, id: string) => ['chat', userId, 'session', id] as const,
  messages: (userId: string, id: string) => ['chat', userId, 'messages', id] as const,
};

/** The chats of a person, the latest first, page by page. `q` looks in their titles. */
export function sessionsQuery(userId: string, q: string) {
  return infiniteQueryOptions({
    queryKey: [...chatKeys.sessions(userId), q],
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams({ page: String(pageParam), per_page: String(SESSIONS_PER_PAGE) });
      if (q !== '') search.set('q', q);
      return api<ChatSessionList>(`/api/v1/sessions?${search}`, { signal });
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
    placeholderData: keepPreviousData,
  });
}

/** One chat: its title, model, parameters and cost. */
export function sessionQuery(userId: string, id: string) {
  return queryOptions({
    queryKey: chatKeys.session(userId, id),
    queryFn: ({ signal }) => api<ChatSession>(`/api/v1/sessions/${encodeURIComponent(id)}`, { signal }),
  });
}

async function readMessages(id: string, signal: AbortSignal): Promise<ThreadMessage[]> {
  const messages: ThreadMessage[] = [];
  let cursor: string | null = null;
  do {
    const search = new URLSearchParams({ per_page: String(MESSAGES_PER_PAGE) });
    if (cursor !== null) search.set('cursor', cursor);
    const path = `/api/v1/sessions/${encodeURIComponent(id)}/messages?${search}`;
    const page: ChatMessageList = await api<ChatMessageList>(path, { signal });
    messages.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return messages;
}

/** All messages of a chat, oldest first. */
export function messagesQuery(userId: string, id: string) {
  return queryOptions({
    queryKey: chatKeys.messages(userId, id),
    queryFn: ({ signal }) => readMessages(id, signal),
  });
}

/** Models that can hold a conversation: those that can be used now, or those that cannot, by use. */
export function chatModelsQuery(q: string, available: boolean) {
  const search = new URLSearchParams({
    capability: 'text',
    available: String(available),
    sort: q === '' ? 'popularity' : 'relevance',
    per_page: String(MODELS_PER_PAGE),
  });
  if (q !== '') search.set('q', q);
  return queryOptions({
    queryKey: ['models', 'chat', q, available],
    queryFn: ({ signal }) => api<ModelList>(`/api/v1/models?${search}`, { signal, auth: 'if-ready' }),
    placeholderData: keepPreviousData,
  });
}

/** One model by its id; the slashes of the id stay in the path. Shared with the model's own page. */
export function chatModelQuery(id: string) {
  const path = id.split('/').map(encodeURIComponent).join('/');
  return queryOptions({
    queryKey: ['models', 'one', id],
    queryFn: ({ signal }) => api<Model>(`/api/v1/models/${path}`, { signal, auth: 'if-ready' }),
  });
}

/** Changes title, model or parameters of a chat. */
export function updateSession(id: string, change: ChatSessionWrite): Promise<ChatSession> {
  return api<ChatSession>(`/api/v1/sessions/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
}

/** Deletes a chat with its messages. */
export function deleteSession(id: string): Promise<void> {
  return api<void>(`/api/v1/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Deletes the messages of a chat and keeps the chat. */
export function clearMessages(id: string): Promise<void> {
  return api<void>(`/api/v1/sessions/${encodeURIComponent(id)}/messages`, { method: 'DELETE' });
}
