import type { ChatParameters } from '@q/contract/chat';
import type { Model } from '@q/contract/models';
import type { ChatSession } from '@q/contract/sessions';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { getAccessToken, useSession } from '../../lib/session-store.ts';
import { preferencesQuery } from '../account/preferences.ts';
import { chooseModel, lastUsedModel, useChosenModel } from './chosen-model.ts';
import { type Comparison, useComparisons } from './comparison.ts';
import { NEW_CHAT } from './drafts.ts';
import {
  chatKeys,
  chatModelQuery,
  chatModelsQuery,
  messagesQuery,
  sessionQuery,
  type ThreadMessage,
  updateSession,
} from './queries.ts';
import { useSecondModel } from './second-model.ts';
import { laneKey, type Turn, type TurnFailure, useTurns } from './turn-state.ts';
import { useAsking } from './use-asking.ts';
import { useBranches } from './use-branches.ts';
import { useRunning } from './use-running.ts';
import { useUnanswered } from './use-unanswered.ts';

/** Everything a chat's page shows and does. */
export interface Chat extends ReturnType<typeof useAsking>, ReturnType<typeof useBranches> {
  /** A session id or `NEW_CHAT`. */
  id: string;
  userId: string | null;
  session: ChatSession | undefined;
  /** Saved messages of the open branch, oldest first; undefined while they load. */
  messages: readonly ThreadMessage[] | undefined;
  error: unknown;
  retryLoading: () => void;
  turn: Turn | undefined;
  failure: TurnFailure | undefined;
  /** True while any answer of this chat is on its way. */
  answering: boolean;
  /** The question at the end when it is certain that no answer to it will come; else null. */
  unansweredId: string | null;
  modelId: string | null;
  /** The model's facts; undefined while they load. */
  model: Model | undefined;
  /** The model that is asked beside it; undefined when only one is. */
  secondId: string | undefined;
  second: Model | undefined;
  comparison: Comparison | undefined;
  parameters: ChatParameters;
  setModel: (modelId: string) => void;
  setParameters: (parameters: ChatParameters) => void;
  /** True for a member; a stranger gets the sign-in window over this page. */
  signedIn: () => Promise<boolean>;
}

const NONE: readonly ThreadMessage[] = [];

function useModelOf(chat: string, session: ChatSession | undefined, fromUrl: string | undefined) {
  const chosen = useChosenModel(chat);
  const given = chosen ?? (chat === NEW_CHAT ? fromUrl : session?.model_id) ?? null;
  const waiting = chat !== NEW_CHAT && session === undefined;
  const [lastUsed] = useState(lastUsedModel);
  const userId = useSession((state) => state.user?.id ?? null);
  const asksSettings = given === null && !waiting && lastUsed === null && userId !== null;
  const settings = useQuery({ ...preferencesQuery(userId ?? ''), enabled: asksSettings });
  const remembered = lastUsed ?? settings.data?.selected_model ?? null;
  const wanted = given ?? (waiting ? null : remembered);
  const popular = useQuery({
    ...chatModelsQuery('', true),
    enabled: wanted === null && !waiting && !(asksSettings && settings.isPending),
  });
  const modelId = wanted ?? (waiting ? null : (popular.data?.data[0]?.id ?? null));
  const { data: model } = useQuery({ ...chatModelQuery(modelId ?? ''), enabled: modelId !== null });
  const secondId = useSecondModel(chat);
  const { data: second } = useQuery({ ...chatModelQuery(secondId ?? ''), enabled: secondId !== undefined });
  return { modelId, model, secondId, second };
}

function useParameters(chat: string, userId: string | null, session: ChatSession | undefined) {
  const queryClient = useQueryClient();
  const [fresh, setFresh] = useState<ChatParameters>({});
  const save = useMutation({
    mutationFn: (parameters: ChatParameters) => updateSession(chat, { parameters }),
    onSuccess: (saved) => queryClient.setQueryData(chatKeys.session(userId ?? '', chat), saved),
    onError: (error) => toast(errorMessage(error), { tone: 'bad' }),
  });
  if (chat === NEW_CHAT) return { parameters: fresh, setParameters: setFresh };
  return { parameters: session?.parameters ?? {}, setParameters: (next: ChatParameters) => save.mutate(next) };
}

function useSignedIn(): () => Promise<boolean> {
  const navigate = useNavigate();
  return async () => {
    if ((await getAccessToken()) !== null) return true;
    void navigate({ to: '.', search: (before) => ({ ...before, account: 'sign-in' }), resetScroll: false });
    return false;
  };
}

/** The state and the actions of one chat. `fromUrl` is the model a new chat was opened with. */
export function useChat(id: string, fromUrl: string | undefined): Chat {
  const navigate = useNavigate();
  const userId = useSession((state) => state.user?.id ?? null);
  const saved = userId !== null && id !== NEW_CHAT;
  const session = useQuery({ ...sessionQuery(userId ?? '', id), enabled: saved });
  const read = useQuery({ ...messagesQuery(userId ?? '', id), enabled: saved });
  const turn = useTurns((state) => state.turns[id]);
  const beside = useTurns((state) => state.turns[laneKey(id, 'second')] !== undefined);
  const failure = useTurns((state) => state.failures[id]);
  const comparison = useComparisons(({ open }) => open[id]);
  const models = useModelOf(id, session.data, fromUrl);
  const parameters = useParameters(id, userId, session.data);
  const signedIn = useSignedIn();
  const messages = saved ? read.data : NONE;
  const answering = turn !== undefined || beside;
  const known = saved ? session.data : undefined;
  useRunning({ id, session: known, messages });
  const unansweredId = useUnanswered({ id, userId, session: known, messages, answering });
  const state = { id, userId, messages, comparison, signedIn, ...models, ...parameters };
  const asking = useAsking(state);
  const branches = useBranches(state);
  return {
    ...state,
    ...asking,
    ...branches,
    session: session.data,
    error: session.error ?? read.error,
    retryLoading: () => {
      void session.refetch();
      void read.refetch();
    },
    turn,
    failure,
    answering,
    unansweredId,
    setModel: (next) => {
      // The choice for a new chat stands in the address, so that it can be shared and survives a reload.
      if (id === NEW_CHAT)
        void navigate({ to: '/chat', search: (before) => ({ ...before, model: next }), replace: true });
      else chooseModel(id, next);
    },
  };
}
