import type { Model, ModelList } from '@q/contract/models';
import type {
  ChatHit,
  ChatImage,
  ChatMessage,
  ChatMessageList,
  ChatSession,
  ChatSessionChange,
  ChatSessionList,
} from '@q/contract/sessions';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, apiResponse } from '../../lib/api-client.ts';

/** A message as the thread shows it: the same whether it was read or has just come. */
export type ThreadMessage = ChatMessage;

const SESSIONS_PER_PAGE = 50;
const MESSAGES_PER_PAGE = 100;
const MODELS_PER_PAGE = 100;

/** Everything read for one person stands under their id, so that the next person of this browser never sees it. */
export const chatKeys = {
  sessions: (userId: string) => ['chat', userId, 'sessions'] as const,
  session: (userId: string, id: string) => ['chat', userId, 'session', id] as const,
  messages: (userId: string, id: string) => ['chat', userId, 'messages', id] as const,
  picture: (userId: string, id: string) => ['chat', userId, 'picture', id] as const,
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

/** All messages that stand beside one, itself included, oldest first. */
export async function readAlternatives(sessionId: string, messageId: string): Promise<ThreadMessage[]> {
  const path = `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}/alternatives`;
  return (await api<{ data: ChatMessage[] }>(path)).data;
}

/** The bytes of a picture; they never change. */
export function pictureQuery(userId: string, id: string) {
  return queryOptions({
    queryKey: chatKeys.picture(userId, id),
    queryFn: async ({ signal }) => {
      const response = await apiResponse(`/api/v1/chat/images/${encodeURIComponent(id)}`, {
        signal,
        headers: { accept: 'image/*' },
      });
      return response.blob();
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Keeps a picture for a message to come; `data` is base64. */
export function keepPicture(data: string): Promise<ChatImage> {
  return api<ChatImage>('/api/v1/chat/images', { method: 'POST', body: { data } });
}

/** Forgets a picture that was not sent. */
export function forgetPicture(id: string): Promise<void> {
  return api<void>(`/api/v1/chat/images/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Messages of a person that hold a text, the newest first. The server asks for two letters at least. */
export function hitsQuery(userId: string, q: string) {
  return queryOptions({
    queryKey: ['chat', userId, 'hits', q],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/sessions/search?${new URLSearchParams({ q })}`;
      return (await api<{ data: ChatHit[] }>(path, { signal })).data;
    },
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });
}

/** Models that can hold a conversation, or draw: those that can be used now, or those that cannot, by use. */
export function chatModelsQuery(
  q: string,
  available: boolean,
  capability: 'text' | 'vision' | 'image_generation' = 'text',
) {
  const search = new URLSearchParams({
    capability,
    available: String(available),
    sort: q === '' ? 'popularity' : 'relevance',
    per_page: String(MODELS_PER_PAGE),
  });
  if (q !== '') search.set('q', q);
  return queryOptions({
    queryKey: ['models', 'chat', q, available, capability],
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

/** Changes title, model or parameters of a chat, or opens the branch of a message. */
export function updateSession(id: string, change: ChatSessionChange): Promise<ChatSession> {
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
