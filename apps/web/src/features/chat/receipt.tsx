import type { ReactNode } from 'react';
import { cx } from '../../lib/cx.ts';
import { formatCost, formatCount, formatSeconds } from '../../lib/format.ts';
import type { ThreadMessage } from './queries.ts';
import { t } from './strings.ts';
import { tokensPerSecond } from './tokens-per-second.ts';

interface LineProps {
  term: string;
  children: ReactNode;
  strong?: boolean;
  /** Shown in the margin only: elsewhere it is said already. */
  wide?: boolean;
}

function Line({ term, children, strong = false, wide = false }: LineProps) {
  return (
    <div className={wide ? 'hidden @2xl:block' : undefined}>
      <dt className="sr-only">{term}</dt>
      <dd className={cx('font-mono', strong ? 'text-ink text-ui' : 'text-ink3 text-meta')}>{children}</dd>
    </div>
  );
}

/** Props of `Receipt`. */
export interface ReceiptProps {
  message: ThreadMessage;
  /** Always as a line, also where there is a margin. */
  inline?: boolean;
}

/** What an answer cost and how it came: in the margin where there is room, else as a line under the answer. */
export function Receipt({ message, inline = false }: ReceiptProps) {
  const { usage, receipt, cost_usd } = message;
  if (cost_usd === null) return null;
  const speed = tokensPerSecond(message);
  return (
    <div className={cx(!inline && '@2xl:border-line @2xl:border-l @2xl:pl-3')}>
      <dl
        className={cx(
          'flex flex-wrap items-baseline gap-x-3 gap-y-0.5',
          !inline && '@2xl:sticky @2xl:top-5 @2xl:block @2xl:space-y-0.5',
        )}
      >
        <Line term={t('cost')} strong>
          <data value={cost_usd}>{formatCost(cost_usd)}</data>
        </Line>
        {usage ? (
          <Line term={t('tokensInAndOut')}>
            {t('tokensInOut', {
              inputTokens: formatCount(usage.input_tokens),
              outputTokens: formatCount(usage.output_tokens),
            })}
          </Line>
        ) : null}
        {speed === null ? null : <Line term={t('speed')}>{t('tokensPerSecond', { speed: formatCount(speed) })}</Line>}
        {receipt?.ttft_ms == null ? null : (
          <Line term={t('firstToken')}>{t('firstIn', { time: formatSeconds(receipt.ttft_ms) })}</Line>
        )}
        {receipt ? (
          <Line term={t('provider')} wide={message.model_id?.startsWith(`${receipt.provider}/`) ?? false}>
            {receipt.provider}
          </Line>
        ) : null}
      </dl>
    </div>
  );
}
