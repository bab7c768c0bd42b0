import { formatUsd, parseUsd } from '@q/contract/money';
import type { SignedReceiptBody } from '@q/contract/receipts';
import { cx } from '../../lib/cx.ts';
import { exactUsd } from '../../lib/exact-usd.ts';
import { formatCount } from '../../lib/format.ts';
import { decimalsIn, Padding } from './money.tsx';
import { formatFee, formatPico, formatRounding, type ReceiptSum, receiptSum } from './receipt-lines.ts';
import { t } from './strings.ts';

const HEAD =
  'border-line border-y bg-sunken px-1.5 py-1.5 font-medium text-ink2 text-meta first:pl-3 last:pr-3 sm:px-2';
const CELL = 'border-line border-b px-1.5 py-2 text-ui first:pl-3 last:pr-3 sm:px-2';

type Body = SignedReceiptBody['receipt'];

interface TotalLine {
  name: string;
  amount: string;
  /** The exact figure of the charge. */
  value?: string;
}

/** The lines under the sum: fee, rounding, what the marketplace bore, the charge. */
function totalsOf(receipt: Body, sum: ReceiptSum): TotalLine[] {
  const overrun = parseUsd(receipt.overrun_usd) ?? 0n;
  const subsidy = parseUsd(receipt.subsidy_usd) ?? 0n;
  const lines: (TotalLine | false)[] = [
    { name: t('sum'), amount: formatPico(sum.totalPico) },
    sum.feeBps !== null && { name: t('onYourOwnProvider', { percent: sum.feeBps / 100 }), amount: formatFee(sum) },
    sum.rounded && {
      name: t('roundedUpOnceTo'),
      amount: `+${formatRounding(sum)}`,
    },
    overrun > 0n && {
      name: t('aboveWhatWasHeld'),
      amount: exactUsd(formatUsd(-overrun)),
    },
    subsidy > 0n && { name: t('paidByFreeTokens'), amount: exactUsd(formatUsd(-subsidy)) },
    { name: t('charged'), amount: exactUsd(receipt.charged_usd), value: receipt.charged_usd },
  ];
  return lines.filter((line) => line !== false);
}

function Total({ line, decimals }: { line: TotalLine; decimals: number }) {
  const weight = line.value === undefined ? 'font-normal text-ink2' : 'font-semibold';
  return (
    <tr>
      <th scope="row" colSpan={3} className={cx(CELL, 'text-left', weight)}>
        {line.name}
      </th>
      <td className={cx(CELL, 'text-right font-mono', weight)}>
        <data value={line.value ?? line.amount}>{line.amount}</data>
        <Padding text={line.amount} decimals={decimals} />
      </td>
    </tr>
  );
}

function Explanation({ receipt, sum }: { receipt: Body; sum: ReceiptSum }) {
  const reasoning = receipt.usage.reasoning_tokens;
  return (
    <div className="grid max-w-[72ch] gap-1 pt-2 text-ink2 text-meta">
      {reasoning > 0 ? <p>{t('ofTheOutputTokens', { reasoning: formatCount(reasoning) })}</p> : null}
      {receipt.mode === 'free' ? <p>{t('callsOfThisModel')}</p> : null}
      {sum.addsUp ? (
        <p>{t('theLinesAboveAdd')}</p>
      ) : (
        <p role="alert" className="text-neg">
          {t('theseLinesDoNot')}
        </p>
      )}
    </div>
  );
}

/** What was used, at which price, line by line to the charge. */
export function ReceiptBill({ receipt }: { receipt: Body }) {
  const sum = receiptSum(receipt);
  const totals = totalsOf(receipt, sum);
  const written = [...sum.lines.map(({ amountPico }) => formatPico(amountPico)), ...totals.map(({ amount }) => amount)];
  const decimals = Math.max(...written.map(decimalsIn));
  const unit = receipt.price.unit === 'image' ? t('perImage') : t('mTokens');
  return (
    <section aria-labelledby="bill" className="min-w-0">
      <h2 id="bill" className="pb-2 font-semibold text-h3">
        {t('howTheChargeComes')}
      </h2>
      <table className="w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th scope="col" className={cx(HEAD, 'text-left')}>
              {t('what')}
            </th>
            <th scope="col" className={cx(HEAD, 'text-right')}>
              {t('used')}
            </th>
            <th scope="col" className={cx(HEAD, 'text-right')}>
              {unit}
            </th>
            <th scope="col" className={cx(HEAD, 'text-right')}>
              {t('amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {sum.lines.map((line) => (
            <tr key={line.name}>
              <th scope="row" className={cx(CELL, 'text-left font-normal')}>
                {line.name}
              </th>
              <td className={cx(CELL, 'text-right font-mono')}>{formatCount(line.units)}</td>
              <td className={cx(CELL, 'text-right font-mono')}>{line.price}</td>
              <td className={cx(CELL, 'text-right font-mono')}>
                <data value={line.amountPico.toString()}>{formatPico(line.amountPico)}</data>
                <Padding text={formatPico(line.amountPico)} decimals={decimals} />
              </td>
            </tr>
          ))}
          {totals.map((line) => (
            <Total key={line.name} line={line} decimals={decimals} />
          ))}
        </tbody>
      </table>
      <Explanation receipt={receipt} sum={sum} />
    </section>
  );
}
