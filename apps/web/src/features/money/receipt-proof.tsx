import type { SignedReceiptBody, SigningKey } from '@q/contract/receipts';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { download } from '../../lib/download.ts';
import { signingKeyQuery } from './queries.ts';
import { t } from './strings.ts';
import { type ReceiptVerdict, verifyReceipt } from './verify-receipt.ts';

function VerdictText({ verdict }: { verdict: ReceiptVerdict }) {
  if ('unable' in verdict) {
    return <p className="text-ui">{t('thisBrowserCannotCheck')}</p>;
  }
  if (verdict.valid) {
    return (
      <p className="text-ui">
        <Badge tone="good">{t('valid')}</Badge> {t('checkedInThisBrowser')}
      </p>
    );
  }
  return (
    <p role="alert" className="text-ui">
      <Badge tone="bad">{t('notValid')}</Badge> {verdict.fault}
    </p>
  );
}

function Verdict({ signed, signingKey }: { signed: SignedReceiptBody; signingKey: SigningKey }) {
  const { data } = useQuery({
    queryKey: ['receipt-verdict', signed.hash, signingKey.public_key],
    queryFn: () => verifyReceipt(signed, signingKey),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ? <VerdictText verdict={data} /> : <Skeleton className="h-5 w-72 max-w-full" />;
}

function Fingerprint({ name, value }: { name: string; value: string }) {
  return (
    <div className="grid gap-x-3 border-line border-b py-1.5 text-ui sm:grid-cols-[8rem_minmax(0,1fr)]">
      <dt className="text-ink2">{name}</dt>
      <dd className="break-all font-mono text-meta leading-5">{value}</dd>
    </div>
  );
}

function DownloadButton({ callId, fileName }: { callId: string; fileName: string }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await download(`/api/v1/receipts/${encodeURIComponent(callId)}`, {
        accept: 'application/json',
        fallbackName: fileName,
      });
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button onClick={() => void save()} busy={busy} className="justify-self-start">
      <Download aria-hidden="true" size={15} />
      {t('downloadJson')}
    </Button>
  );
}

/** What proves the receipt: its place in the chain, hash and signature, and ways to check them here and elsewhere. */
export function ReceiptProof({ signed }: { signed: SignedReceiptBody }) {
  const { receipt, prev_hash, hash, signature, key } = signed;
  const signingKey = useQuery(signingKeyQuery());
  const fileName = `receipt-${receipt.call_id}.json`;
  const command = `npm run receipt:verify -- ${fileName} --key ${signingKey.data?.public_key ?? key.public_key}`;
  return (
    <section aria-labelledby="proof" className="grid min-w-0 gap-3">
      <h2 id="proof" className="font-semibold text-h3">
        {t('proof')}
      </h2>
      {signingKey.error ? (
        <ErrorState
          title={t('theMarketplacesKeyCould')}
          error={signingKey.error}
          onRetry={() => void signingKey.refetch()}
          busy={signingKey.isFetching}
        />
      ) : null}
      {signingKey.isPending ? <Skeleton className="h-5 w-72 max-w-full" /> : null}
      {signingKey.data ? <Verdict signed={signed} signingKey={signingKey.data} /> : null}
      <dl className="border-line border-t">
        <Fingerprint
          name={t('inTheChain')}
          value={t('numberOf', { number: receipt.chain.seq, chain: receipt.chain.id })}
        />
        <Fingerprint name={t('receiptBefore')} value={prev_hash} />
        <Fingerprint name={t('hash')} value={hash} />
        <Fingerprint name={t('signature')} value={signature} />
        <Fingerprint name={t('key')} value={key.id} />
      </dl>
      <DownloadButton callId={receipt.call_id} fileName={fileName} />
      <div className="grid gap-1">
        <p className="text-ink2 text-ui">{t('toCheckItWithout')}</p>
        <div className="flex items-center gap-1">
          <code className="wrap-anywhere min-w-0 flex-1 border-line border-l-2 bg-sunken px-3 py-2 font-mono text-meta">
            {command}
          </code>
          <CopyButton text={command} what={t('verifyCommand')} />
        </div>
      </div>
    </section>
  );
}
