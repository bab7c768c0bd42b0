import { formatUsd } from '@q/contract/money';
import type { SignedReceiptBody } from '@q/contract/receipts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { exactUsd } from '../../lib/exact-usd.ts';
import { formatCount } from '../../lib/format.ts';
import { Money } from './money.tsx';
import { outcomeLabel } from './outcomes.ts';
import { t } from './strings.ts';

type Body = SignedReceiptBody['receipt'];

const SOURCES: Record<Body['usage_source'], string> = {
  provider: t('countedByProvider'),
  counted: t('countedHere'),
  checkpoint: t('countedBeforeBreak'),
};

const MODES: Record<Body['mode'], { name: string; payee: string }> = {
  resale: { name: t('resoldFromTheProvider'), payee: t('provider') },
  publisher: { name: t('soldForItsPublisher'), payee: t('publisher') },
  byok: { name: t('onYourOwnProviderKey'), payee: t('provider') },
  free: { name: t('free'), payee: t('provider') },
};

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3 border-line border-b py-1.5 text-ui">
      <dt className="text-ink2">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

/** A time to the millisecond in UTC, as it was hashed. */
const utc = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`;

function Attempts({ attempts }: { attempts: Body['attempts'] }) {
  return (
    <ol className="grid gap-1">
      {attempts.map((attempt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the receipt never changes, and an attempt has no other name
        <li key={index}>
          {attempt.provider}: {outcomeLabel(attempt.outcome)}
          {attempt.upstream_request_id === null ? null : (
            <code className="block font-mono text-ink3 text-meta">{attempt.upstream_request_id}</code>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Which call it was, when and where it ran, what was set aside, and who got what of the charge. */
export function ReceiptFacts({ receipt }: { receipt: Body }) {
  const mode = MODES[receipt.mode];
  return (
    <section aria-labelledby="call">
      <h2 id="call" className="pb-2 font-semibold text-h3">
        {t('theCall')}
      </h2>
      <dl className="border-line border-t">
        <Fact name={t('call')}>
          <code className="font-mono text-meta">{receipt.call_id}</code>
        </Fact>
        <Fact name={t('model')}>
          <Link to="/models/$" params={{ _splat: receipt.model }} className="link">
            {receipt.model}
          </Link>
        </Fact>
        <Fact name={t('provider')}>{receipt.provider}</Fact>
        <Fact name={t('started')}>{utc(receipt.started_at)}</Fact>
        <Fact name={t('settled')}>{utc(receipt.settled_at)}</Fact>
        <Fact name={t('outcome')}>{outcomeLabel(receipt.outcome)}</Fact>
        <Fact name={t('attempts')}>
          <Attempts attempts={receipt.attempts} />
        </Fact>
        <Fact name={t('countedBy')}>{SOURCES[receipt.usage_source]}</Fact>
        <Fact name={t('apiKey')}>{receipt.api_key_id ?? t('noneFromTheBrowser')}</Fact>
        <Fact name={t('terms')}>{t('priceVersion', { name: mode.name, version: receipt.price.version })}</Fact>
        <Fact name={t('heldBefore')}>
          {receipt.free_tokens ? (
            t('freeTokens', { count: formatCount(Number(receipt.held)) })
          ) : (
            <Money usd={formatUsd(BigInt(receipt.held))} />
          )}
        </Fact>
        <Fact name={t('charged')}>
          <Money usd={receipt.charged_usd} />
        </Fact>
        <Fact name={t('split')}>
          {t('marketplace')} <span className="font-mono">{exactUsd(receipt.split.platform_usd)}</span>
          <br />
          {mode.payee} <span className="font-mono">{exactUsd(receipt.split.payee_usd)}</span>
        </Fact>
      </dl>
    </section>
  );
}
