import type { Model } from '@q/contract/models';
import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api } from '../../lib/api-client.ts';
import { formatCost, formatPriceShort } from '../../lib/format.ts';
import { openOverlay } from '../../lib/overlays.ts';
import { useSession } from '../../lib/session-store.ts';
import { chooseTheme, useTheme } from '../../lib/theme.ts';
import { hitsQuery, sessionsQuery } from '../chat/queries.ts';
import { requestSearchFocus } from '../marketplace/search-focus.ts';
import { type Command, type CommandGroup, matchCommands } from './match-commands.ts';
import { t } from './strings.ts';

/** So many of each kind: a longer list is what the pages are for. */
const EACH_MAX = 6;
const HITS_SHOWN = 5;

function modelsQuery(q: string) {
  const search = new URLSearchParams({ q, sort: 'relevance', per_page: String(EACH_MAX) });
  return queryOptions({
    queryKey: ['models', 'palette', q],
    queryFn: ({ signal }) => api<{ data: Model[] }>(`/api/v1/models?${search}`, { signal, auth: 'if-ready' }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
}

function useActions(): Command[] {
  const navigate = useNavigate();
  const theme = useTheme((state) => state.theme);
  const signedIn = useSession((state) => state.status === 'signed-in');
  const other = theme === 'dark' ? 'light' : 'dark';
  const account = (tab: string) => () =>
    void navigate({ to: '.', search: (before) => ({ ...before, account: tab }), resetScroll: false });
  const member: Command[] = [
    { id: 'add-money', label: t('addMoney'), words: t('addMoneyWords'), run: account('balance') },
    { id: 'keys', label: t('apiKeys'), words: t('apiKeysWords'), run: account('keys') },
    { id: 'account', label: t('account'), words: t('accountWords'), run: account('profile') },
  ];
  const stranger: Command[] = [{ id: 'sign-in', label: t('signIn'), words: t('signInWords'), run: account('sign-in') }];
  return [
    { id: 'new-chat', label: t('newChat'), hint: '⌘⇧O', run: () => void navigate({ to: '/chat' }) },
    {
      id: 'search-models',
      label: t('searchModels'),
      hint: '/',
      run: () => {
        requestSearchFocus();
        void navigate({ to: '/models' });
      },
    },
    ...(signedIn ? member : stranger),
    {
      id: 'theme',
      label: t(other === 'dark' ? 'switchToDark' : 'switchToLight'),
      words: t('themeWords'),
      run: () => chooseTheme(other),
    },
    {
      id: 'shortcuts',
      label: t('keyboardShortcuts'),
      words: t('shortcutsWords'),
      hint: '?',
      run: () => openOverlay('shortcuts'),
    },
  ];
}

function usePages(): Command[] {
  const navigate = useNavigate();
  const role = useSession((state) => state.user?.role);
  const go = (to: '/' | '/models' | '/chat' | '/compare' | '/usage' | '/billing' | '/admin') => () =>
    void navigate({ to });
  const pages: Command[] = [
    { id: 'p-assistant', label: t('assistant'), words: t('assistantWords'), run: go('/') },
    { id: 'p-models', label: t('models'), words: t('modelsWords'), run: go('/models') },
    { id: 'p-compare', label: t('compareModels'), run: go('/compare') },
    { id: 'p-chat', label: t('chat'), run: go('/chat') },
    { id: 'p-docs', label: t('docs'), words: t('docsWords'), run: () => location.assign('/docs') },
  ];
  if (role === undefined) return pages;
  pages.push(
    { id: 'p-usage', label: t('usage'), words: t('usageWords'), run: go('/usage') },
    { id: 'p-billing', label: t('billing'), words: t('billingWords'), run: go('/billing') },
  );
  if (role === 'admin' || role === 'analyst')
    pages.push({ id: 'p-admin', label: t('administration'), words: t('administrationWords'), run: go('/admin') });
  return pages;
}

/** What the server found for `asked`, held to what is typed by now while the answer to that is not here. */
interface Asked {
  asked: string;
  typed: string;
}

const heldTo = ({ asked, typed }: Asked, isOld: boolean, commands: Command[]): Command[] =>
  isOld || asked !== typed ? matchCommands(commands, typed) : commands;

function useModels(words: Asked): Command[] {
  const { asked: q } = words;
  const navigate = useNavigate();
  const { data, isPlaceholderData } = useQuery(modelsQuery(q));
  if (q === '') return [];
  const commands = (data?.data ?? []).map(({ id, pricing }) => ({
    id: `m-${id}`,
    label: id,
    ...(pricing?.unit === 'million_tokens'
      ? { hint: `$${formatPriceShort(pricing.input)} / $${formatPriceShort(pricing.output)}` }
      : {}),
    run: () => void navigate({ to: '/models/$', params: { _splat: id } }),
  }));
  return heldTo(words, isPlaceholderData, commands);
}

function useChats(words: Asked, open: boolean): { chats: Command[]; messages: Command[] } {
  const { asked: q } = words;
  const navigate = useNavigate();
  const userId = useSession((state) => state.user?.id ?? null);
  const enabled = open && userId !== null;
  const list = useInfiniteQuery({ ...sessionsQuery(userId ?? '', q), enabled });
  const hits = useQuery({ ...hitsQuery(userId ?? '', q), enabled: enabled && q.length >= 3 });
  const go = (sessionId: string, m?: string) => () =>
    void navigate({ to: '/chat/$sessionId', params: { sessionId }, search: m === undefined ? {} : { m } });
  const sessions = enabled ? (list.data?.pages[0]?.data ?? []) : [];
  const found = enabled && q.length >= 3 ? (hits.data ?? []) : [];
  const chats = sessions.slice(0, EACH_MAX).map(({ id, title, cost_usd }) => ({
    id: `c-${id}`,
    label: title,
    hint: formatCost(cost_usd),
    run: go(id),
  }));
  const messages = found.slice(0, HITS_SHOWN).map((hit) => ({
    id: `h-${hit.message_id}`,
    label: hit.excerpt,
    hint: hit.session_title,
    run: go(hit.session_id, hit.message_id),
  }));
  return {
    chats: heldTo(words, list.isPlaceholderData, chats),
    messages: heldTo(words, hits.isPlaceholderData, messages),
  };
}

/**
 * Everything the palette offers for what is typed, by kind. What is asked of the server lags behind; nothing is offered that does not answer
 * to what is typed, so that Enter never runs something else.
 */
export function useCommands(q: string, open: boolean): CommandGroup[] {
  const words = { asked: useDeferredValue(q), typed: q };
  const actions = matchCommands(useActions(), q);
  const pages = matchCommands(usePages(), q);
  const models = useModels(words);
  const { chats, messages } = useChats(words, open);
  return [
    { name: t('actions'), commands: actions },
    { name: t('pages'), commands: pages },
    { name: q === '' ? t('recentChats') : t('chats'), commands: chats },
    { name: t('models'), commands: models },
    { name: t('messages'), commands: messages },
  ].filter(({ commands }) => commands.length > 0);
}
