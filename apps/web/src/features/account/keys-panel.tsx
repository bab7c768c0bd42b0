import type { ApiKey } from '@q/contract/api-keys';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { formatDate, formatDateTime } from '../../lib/format.ts';
import { forgetFreshKey, rememberFreshKey } from '../../lib/fresh-key.ts';
import { deleteApiKey, type NewApiKey, permissionWords } from './api-keys.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { KeySecretDialog } from './key-secret-dialog.tsx';
import { accountKeys, apiKeysQuery } from './queries.ts';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';
import { SpendMeter } from './spend-meter.tsx';
import { t } from './strings.ts';

function expiryText({ expires_at }: ApiKey): string {
  if (expires_at === null) return t('neverExpires');
  return Date.parse(expires_at) < Date.now()
    ? t('expiredOn', { day: formatDate(expires_at) })
    : t('expiresOn', { day: formatDate(expires_at) });
}

function KeyRow({ apiKey, onRotate, onDelete }: { apiKey: ApiKey; onRotate: () => void; onDelete: () => void }) {
  const facts = [
    t('createdOn', { day: formatDate(apiKey.created_at) }),
    apiKey.last_used_at ? t('lastUsedAt', { time: formatDateTime(apiKey.last_used_at) }) : t('neverUsed'),
    ...(apiKey.daily_limit_usd === null ? [t('noDailyLimit')] : []),
    expiryText(apiKey),
    t('mayDo', { permissions: permissionWords(apiKey.permissions) }),
  ];
  return (
    <li className="flex items-start gap-2 border-line border-b py-2.5">
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="wrap-anywhere min-w-0 font-semibold text-ui">{apiKey.name}</span>
          <code className="font-mono text-ink2 text-meta">
            {apiKey.prefix}…{apiKey.last4}
          </code>
        </p>
        <p className="text-ink2 text-meta">{facts.join(' · ')}</p>
        <SpendMeter apiKey={apiKey} />
      </div>
      <Menu
        trigger={
          <IconButton label={t('providerKeys.actionsFor', { name: apiKey.name })}>
            <Ellipsis aria-hidden="true" size={16} />
          </IconButton>
        }
        actions={[
          { label: t('rotate'), icon: <RefreshCw aria-hidden="true" size={15} />, onSelect: onRotate },
          { label: t('delete'), icon: <Trash2 aria-hidden="true" size={15} />, onSelect: onDelete, danger: true },
        ]}
      />
    </li>
  );
}

function useDeleteKey(userId: string, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (apiKey: ApiKey) => deleteApiKey(apiKey.id),
    onSuccess: (_answer, apiKey) => {
      forgetFreshKey(apiKey.id);
      onDone();
      toast(t('theKeyIsDeleted', { name: apiKey.name }));
    },
    onError: (error) => toast(errorMessage(error), { tone: 'bad' }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: accountKeys.apiKeys(userId) }),
  });
}

/** What is open over the list. */
interface Windows {
  creating: boolean;
  rotating: ApiKey | null;
  deleting: ApiKey | null;
  shown: NewApiKey | null;
}

const CLOSED: Windows = { creating: false, rotating: null, deleting: null, shown: null };

function KeyWindows({
  userId,
  windows,
  setWindows,
}: {
  userId: string;
  windows: Windows;
  setWindows: (next: Windows) => void;
}) {
  const queryClient = useQueryClient();
  const remove = useDeleteKey(userId, () => setWindows(CLOSED));
  const show = (shown: NewApiKey) => {
    rememberFreshKey(shown);
    setWindows({ ...CLOSED, shown });
    void queryClient.invalidateQueries({ queryKey: accountKeys.apiKeys(userId) });
  };
  const { creating, rotating, deleting, shown } = windows;
  return (
    <>
      <CreateKeyDialog
        open={creating}
        onOpenChange={(open) => setWindows({ ...CLOSED, creating: open })}
        onCreated={show}
      />
      <RotateKeyDialog apiKey={rotating} onClose={() => setWindows(CLOSED)} onRotated={show} />
      <KeySecretDialog apiKey={shown} onClose={() => setWindows(CLOSED)} />
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={(open) => (open ? undefined : setWindows(CLOSED))}
        title={t('deleteThisKey')}
        action={t('deleteKey')}
        busy={remove.isPending}
        onConfirm={() => (deleting ? remove.mutate(deleting) : undefined)}
      >
        <p className="wrap-anywhere">{t('programsThatUseAre', { name: deleting?.name ?? '' })}</p>
      </ConfirmDialog>
    </>
  );
}

/** A person's API keys: list, create, rotate, delete. */
export function KeysPanel({ userId }: { userId: string }) {
  const { data, error, isFetching, refetch } = useQuery(apiKeysQuery(userId));
  const [windows, setWindows] = useState(CLOSED);
  const create = (
    <Button variant="primary" onClick={() => setWindows({ ...CLOSED, creating: true })}>
      <Plus aria-hidden="true" size={15} />
      {t('createKey')}
    </Button>
  );
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-ink2 text-ui">{t('forProgramsAnyOpenai')}</p>
        {data && data.total > 0 ? create : null}
      </div>
      {error && !data ? (
        <ErrorState title={t('theKeysCouldNot')} error={error} onRetry={() => void refetch()} busy={isFetching} />
      ) : null}
      {!data && !error ? (
        <div aria-busy="true" className="grid gap-3">
          <Skeleton className="h-12" />
          <Skeleton className="h-12" />
        </div>
      ) : null}
      {data?.total === 0 ? (
        <EmptyState title={t('noKeysYet')} className="py-4" actions={create}>
          {t('aKeyLetsA')}
        </EmptyState>
      ) : null}
      {data && data.total > 0 ? (
        <ul className="border-line border-t">
          {data.data.map((apiKey) => (
            <KeyRow
              key={apiKey.id}
              apiKey={apiKey}
              onRotate={() => setWindows({ ...CLOSED, rotating: apiKey })}
              onDelete={() => setWindows({ ...CLOSED, deleting: apiKey })}
            />
          ))}
        </ul>
      ) : null}
      <KeyWindows userId={userId} windows={windows} setWindows={setWindows} />
    </div>
  );
}
