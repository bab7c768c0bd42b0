import { useQueryClient } from '@tanstack/react-query';
import {
  ChevronDown,
  Columns2,
  Download,
  Ellipsis,
  Eraser,
  PanelLeft,
  Pencil,
  SlidersHorizontal,
  Trash2,
  X,
} from 'lucide-react';
import { lazy, useState } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Once } from '../../components/once.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { download } from '../../lib/download.ts';
import { formatContext, formatCost, formatPriceShort } from '../../lib/format.ts';
import { splitId } from '../marketplace/labels.ts';
import { deleteWithUndo } from './pending-deletes.ts';
import { chatKeys, clearMessages } from './queries.ts';
import { chooseSecond } from './second-model.ts';
import { t } from './strings.ts';
import type { Chat } from './use-chat.ts';

const RenameDialog = lazy(async () => {
  const { RenameDialog: component } = await import('./rename-dialog.tsx');
  return { default: component };
});

const ConfirmDialog = lazy(async () => {
  const { ConfirmDialog: component } = await import('../../components/confirm-dialog.tsx');
  return { default: component };
});

function ModelButton({ chat, onOpen }: { chat: Chat; onOpen: () => void }) {
  const { model, modelId } = chat;
  const [provider, name] = modelId === null ? ['', t('chooseAModel')] : splitId(modelId);
  return (
    <div className="flex min-w-0 items-center gap-3">
      <button
        type="button"
        onClick={onOpen}
        className="flex min-h-control min-w-0 items-center gap-1 rounded-sm px-2 text-ui hover:bg-sunken"
      >
        <span className="sr-only">{t('modelIs')} </span>
        <span className="truncate">
          <span className="text-ink3 max-sm:hidden">{provider}</span>
          <span className="font-semibold">{name}</span>
        </span>
        <ChevronDown aria-hidden="true" size={15} className="shrink-0 text-ink3" />
      </button>
      {model?.pricing?.unit === 'million_tokens' && chat.secondId === undefined ? (
        <p className="whitespace-nowrap font-mono text-ink3 text-meta max-lg:hidden">
          {t('pricesPer1M', {
            input: `$${formatPriceShort(model.pricing.input)}`,
            output: `$${formatPriceShort(model.pricing.output)}`,
          })}
          {model.context_window ? ` · ${formatContext(model.context_window)}` : ''}
        </p>
      ) : null}
    </div>
  );
}

/** The model that is asked beside the first, or the way to choose one. */
function Second({ chat, onOpen }: { chat: Chat; onOpen: () => void }) {
  const { secondId } = chat;
  if (secondId === undefined) {
    return (
      <IconButton label={t('compareWithAnotherModel')} onClick={onOpen}>
        <Columns2 aria-hidden="true" size={16} />
      </IconButton>
    );
  }
  const [provider, name] = splitId(secondId);
  return (
    <span className="flex min-w-0 items-center text-ui">
      <span className="text-ink3 text-meta">{t('vs')}</span>
      <button type="button" onClick={onOpen} className="min-h-control truncate rounded-sm px-2 hover:bg-sunken">
        <span className="sr-only">{t('comparedWith')} </span>
        <span className="text-ink3 max-lg:hidden">{provider}</span>
        <span className="font-semibold">{name}</span>
      </button>
      <IconButton label={t('doNotCompare')} onClick={() => chooseSecond(chat.id, undefined)}>
        <X aria-hidden="true" size={14} />
      </IconButton>
    </span>
  );
}

async function save(id: string, format: 'md' | 'json'): Promise<void> {
  try {
    const path = `/api/v1/sessions/${encodeURIComponent(id)}/export?format=${format}`;
    await download(path, { accept: '*/*', fallbackName: `${id}.${format}` });
  } catch (error) {
    toast(errorMessage(error), { tone: 'bad' });
  }
}

function ChatMenu({ chat, onDeleted }: { chat: Chat; onDeleted: () => void }) {
  const queryClient = useQueryClient();
  const [window, setWindow] = useState<'rename' | 'clear' | null>(null);
  const { session, userId } = chat;
  if (!session || userId === null) return null;
  const clear = async () => {
    setWindow(null);
    try {
      await clearMessages(session.id);
      queryClient.setQueryData(chatKeys.messages(userId, session.id), []);
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    }
    void queryClient.invalidateQueries({ queryKey: chatKeys.session(userId, session.id) });
    void queryClient.invalidateQueries({ queryKey: chatKeys.sessions(userId) });
  };
  const icon = { 'aria-hidden': true, size: 15 } as const;
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('chatActions')}>
            <Ellipsis aria-hidden="true" size={16} />
          </IconButton>
        }
        actions={[
          { label: t('rename'), icon: <Pencil {...icon} />, onSelect: () => setWindow('rename') },
          { label: t('exportAsMarkdown'), icon: <Download {...icon} />, onSelect: () => void save(session.id, 'md') },
          { label: t('exportAsJSON'), icon: <Download {...icon} />, onSelect: () => void save(session.id, 'json') },
          {
            label: t('clearMessages'),
            icon: <Eraser {...icon} />,
            onSelect: () => setWindow('clear'),
            disabled: chat.turn !== undefined,
          },
          {
            label: t('deleteChat'),
            icon: <Trash2 {...icon} />,
            danger: true,
            onSelect: () => {
              deleteWithUndo(queryClient, session);
              onDeleted();
            },
          },
        ]}
      />
      <Once when={window !== null}>
        <RenameDialog userId={userId} session={window === 'rename' ? session : null} onClose={() => setWindow(null)} />
        <ConfirmDialog
          open={window === 'clear'}
          onOpenChange={(open) => setWindow(open ? 'clear' : null)}
          title={t('clearThisChat')}
          action={t('clearMessages')}
          onConfirm={() => void clear()}
        >
          <p>{t('allMessagesOfAre', { title: session.title })}</p>
        </ConfirmDialog>
      </Once>
    </>
  );
}

/** Props of `ChatHeader`. */
export interface ChatHeaderProps {
  chat: Chat;
  onOpenList: () => void;
  onOpenPicker: () => void;
  onOpenSecond: () => void;
  onOpenParameters: () => void;
  onDeleted: () => void;
}

/** The chat's model with its price, its settings, and what it has cost so far. */
export function ChatHeader({ chat, ...ways }: ChatHeaderProps) {
  const { onOpenList, onOpenPicker, onOpenSecond, onOpenParameters, onDeleted } = ways;
  const changed = Object.keys(chat.parameters).length;
  return (
    <header className="flex h-11 shrink-0 items-center gap-1 border-line border-b bg-surface px-2">
      <IconButton label={t('chats')} onClick={onOpenList} className="md:hidden">
        <PanelLeft aria-hidden="true" size={17} />
      </IconButton>
      <h1 className="sr-only">{chat.session?.title ?? t('newChat')}</h1>
      <ModelButton chat={chat} onOpen={onOpenPicker} />
      <Second chat={chat} onOpen={onOpenSecond} />
      <div className="ml-auto flex items-center gap-1">
        {chat.session ? (
          <p
            className={cx(
              'whitespace-nowrap pr-2 font-mono text-ink2 text-meta',
              chat.secondId !== undefined && 'max-sm:sr-only',
            )}
          >
            <span className="max-sm:sr-only">{t('chatCosts')} </span>
            <data value={chat.session.cost_usd} data-testid="chat-cost">
              {formatCost(chat.session.cost_usd)}
            </data>
          </p>
        ) : null}
        <IconButton
          label={changed === 0 ? t('parameters') : t('parametersChanged', { changed })}
          onClick={onOpenParameters}
          className="relative"
        >
          <SlidersHorizontal aria-hidden="true" size={16} />
          {changed === 0 ? null : (
            <span
              aria-hidden="true"
              className="absolute top-0.5 right-0.5 font-mono text-accent text-micro leading-none"
            >
              {changed}
            </span>
          )}
        </IconButton>
        <ChatMenu chat={chat} onDeleted={onDeleted} />
      </div>
    </header>
  );
}
