import type { ChatSession } from '@q/contract/sessions';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react';
import { lazy, useDeferredValue, useRef, useState } from 'react';
import { Button, buttonClass } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Once } from '../../components/once.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { formatCost } from '../../lib/format.ts';
import { deleteWithUndo, usePendingDeletes } from './pending-deletes.ts';
import { hitsQuery, sessionsQuery } from './queries.ts';
import { focusRow, NEW_CHAT_ROW, useRowFocus } from './row-focus.ts';
import { groupByDay } from './session-groups.ts';
import { t } from './strings.ts';

const RenameDialog = lazy(async () => {
  const { RenameDialog: component } = await import('./rename-dialog.tsx');
  return { default: component };
});

interface RowProps {
  session: ChatSession;
  current: boolean;
  onOpen: () => void;
  onRename: () => void;
  onDelete: () => void;
}

function Row({ session, current, onOpen, onRename, onDelete }: RowProps) {
  const link = useRef<HTMLAnchorElement>(null);
  useRowFocus(session.id, link);
  return (
    <li
      className={cx(
        'group relative flex items-center hover:bg-sunken md:pr-3',
        current && 'bg-accent-weak hover:bg-accent-weak',
      )}
    >
      <Link
        ref={link}
        to="/chat/$sessionId"
        params={{ sessionId: session.id }}
        onClick={onOpen}
        aria-current={current ? 'page' : undefined}
        className="flex min-h-control min-w-0 flex-1 items-center gap-2 pl-3 text-ui -outline-offset-2"
      >
        <span className={cx('min-w-0 flex-1 truncate', current && 'font-semibold')}>{session.title}</span>
        <data
          value={session.cost_usd}
          className="font-mono text-ink3 text-meta md:group-focus-within:invisible md:group-hover:invisible"
        >
          {formatCost(session.cost_usd)}
        </data>
      </Link>
      <Menu
        trigger={
          <IconButton
            label={t('actionsFor', { title: session.title })}
            className="touch:min-w-11 md:absolute md:right-0 md:opacity-0 md:focus-visible:opacity-100 md:group-focus-within:opacity-100 md:group-hover:opacity-100 md:data-popup-open:opacity-100"
          >
            <Ellipsis aria-hidden="true" size={15} />
          </IconButton>
        }
        actions={[
          { label: t('rename'), icon: <Pencil aria-hidden="true" size={15} />, onSelect: onRename },
          { label: t('delete'), icon: <Trash2 aria-hidden="true" size={15} />, onSelect: onDelete, danger: true },
        ]}
      />
    </li>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className="grid gap-3 px-3 py-2">
      {['w-3/4', 'w-1/2', 'w-2/3', 'w-3/5'].map((width) => (
        <Skeleton key={width} className={cx('h-4', width)} />
      ))}
    </div>
  );
}

/** Props of `SessionList`. */
export interface SessionListProps {
  userId: string | null;
  currentId: string | null;
  /** Called when a chat or a new chat is opened, to close a sheet around the list. */
  onOpen: () => void;
  /** Called when the open chat is deleted. */
  onCurrentDeleted: () => void;
}

function MemberList({
  userId,
  currentId,
  onOpen,
  onCurrentDeleted,
  q,
}: SessionListProps & { userId: string; q: string }) {
  const queryClient = useQueryClient();
  const pending = usePendingDeletes((state) => state.ids);
  const [renaming, setRenaming] = useState<ChatSession | null>(null);
  const list = useInfiniteQuery(sessionsQuery(userId, q));
  const sessions = (list.data?.pages ?? []).flatMap((page) => page.data).filter(({ id }) => !pending.has(id));
  const remove = (session: ChatSession) => {
    const at = sessions.indexOf(session);
    deleteWithUndo(queryClient, session);
    if (session.id === currentId) onCurrentDeleted();
    else focusRow((sessions[at + 1] ?? sessions[at - 1])?.id ?? NEW_CHAT_ROW);
  };
  if (list.isPending) return <Loading />;
  if (list.error && !list.data) {
    return (
      <div role="alert" className="grid gap-2 px-3 py-2 text-ui">
        <p>{errorMessage(list.error)}</p>
        <Button onClick={() => void list.refetch()}>{t('retry')}</Button>
      </div>
    );
  }
  return (
    <>
      {sessions.length === 0 ? (
        <p className="px-3 py-2 text-ink2 text-ui">{q === '' ? t('noChatsYet') : t('noChatIsCalled', { q })}</p>
      ) : null}
      {groupByDay(sessions, new Date()).map((group) => (
        <section key={group.name} aria-label={group.name} className="pb-3">
          <h3 className="px-3 py-1 font-medium text-ink3 text-micro">{group.name}</h3>
          <ul>
            {group.sessions.map((session) => (
              <Row
                key={session.id}
                session={session}
                current={session.id === currentId}
                onOpen={onOpen}
                onRename={() => setRenaming(session)}
                onDelete={() => remove(session)}
              />
            ))}
          </ul>
        </section>
      ))}
      {list.hasNextPage ? (
        <Button
          variant="quiet"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
          className="mx-3 mb-3"
        >
          {t('showEarlierChats')}
        </Button>
      ) : null}
      <Once when={renaming !== null}>
        <RenameDialog userId={userId} session={renaming} onClose={() => setRenaming(null)} />
      </Once>
    </>
  );
}

/** Messages that hold what is searched for, with a way to each on its branch. */
function Hits({ userId, q, onOpen }: { userId: string; q: string; onOpen: () => void }) {
  const { data } = useQuery(hitsQuery(userId, q));
  if (q.length < 2 || !data || data.length === 0) return null;
  return (
    <nav aria-label={t('foundInMessages')} className="border-line border-t pt-2 pb-3">
      <h3 className="px-3 py-1 font-medium text-ink3 text-micro">{t('inMessages')}</h3>
      <ul>
        {data.map((hit) => (
          <li key={hit.message_id}>
            <Link
              to="/chat/$sessionId"
              params={{ sessionId: hit.session_id }}
              search={{ m: hit.message_id }}
              onClick={onOpen}
              className="grid gap-0.5 px-3 py-1.5 text-meta -outline-offset-2 hover:bg-sunken"
            >
              <span className="truncate text-ink2">{hit.session_title}</span>
              <span className="wrap-anywhere line-clamp-2 text-ink">{hit.excerpt}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The chats of a person with what each has cost. A stranger sees how to keep theirs. */
export function SessionList(props: SessionListProps) {
  const [text, setText] = useState('');
  const newChat = useRef<HTMLAnchorElement>(null);
  useRowFocus(NEW_CHAT_ROW, newChat);
  const q = useDeferredValue(text.trim());
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="grid gap-2 p-3">
        <Link ref={newChat} to="/chat" onClick={props.onOpen} className={buttonClass('secondary', 'justify-start')}>
          <Plus aria-hidden="true" size={15} />
          {t('newChat')}
        </Link>
        {props.userId === null ? null : (
          <input
            type="search"
            aria-label={t('searchChats')}
            placeholder={t('searchChats')}
            className={inputClass}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <nav aria-label={t('chats')}>
          {props.userId === null ? (
            <p className="px-3 text-ink2 text-ui">
              {t.nodes('toKeepYourChats', {
                signIn: (
                  <Link
                    to="."
                    search={(before) => ({ ...before, account: 'sign-in' })}
                    resetScroll={false}
                    className="link"
                  >
                    {t('signIn')}
                  </Link>
                ),
              })}
            </p>
          ) : (
            <MemberList {...props} userId={props.userId} q={q} />
          )}
        </nav>
        {props.userId === null ? null : <Hits userId={props.userId} q={q} onOpen={props.onOpen} />}
      </div>
    </div>
  );
}
