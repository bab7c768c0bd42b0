import type { CommissionRateChange, CommissionRateList, CommissionScope } from '@q/contract/administration-money';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Select } from '../../components/select.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { TextField } from '../../components/text-field.tsx';
import { api } from '../../lib/api-client.ts';
import { cx } from '../../lib/cx.ts';
import { formatDateTime } from '../../lib/format.ts';
import { FormError, SubmitButton } from '../account/form-parts.tsx';
import { useSubmit } from '../account/use-submit.ts';
import { useLast } from '../money/use-last.ts';
import { adminKeys, ratesQuery } from './queries.ts';
import { formatBps, readPercent } from './read-amount.ts';
import { ScrollTable, scrollCell, scrollHead } from './scroll-table.tsx';
import { t } from './strings.ts';

const SCOPES: { value: CommissionScope; label: string }[] = [
  { value: 'house', label: t('everything') },
  { value: 'publisher', label: t('onePublishersModels') },
  { value: 'model', label: t('oneModel') },
];

const SCOPE_NAMES: Record<CommissionScope, string> = {
  house: t('scopeEverything'),
  publisher: t('scopePublisher'),
  model: t('scopeModel'),
};

function outcomeOf({ changed, repriced_models: repriced }: CommissionRateChange): string {
  if (!changed) return t('thisRateWasIn');
  if (repriced.length === 0) return t('theRateIsSet');
  return t('theRateIsSetFor', { count: repriced.length });
}

function checkRate(values: Record<string, string>): Record<string, string> {
  const { scope, subject = '', rate = '', reason = '' } = values;
  const faults: Record<string, string> = {};
  if (scope !== 'house' && subject.trim() === '') {
    faults['subject'] = scope === 'publisher' ? t('enterThePublishersId') : t('enterTheModelsId');
  }
  if (rate.trim() !== '' && readPercent(rate) === null) faults['commission_bps'] = t('enterAPercentageUnder');
  if (reason.trim().length < 3) faults['reason'] = t('sayWhyInA');
  return faults;
}

/** Sets one rate. An empty rate takes it away, so that the next wider one counts. */
function RateForm({ userId }: { userId: string }) {
  const queryClient = useQueryClient();
  const [scope, setScope] = useState<CommissionScope>('house');
  const [done, setDone] = useState<CommissionRateChange | null>(null);
  const [round, setRound] = useState(0);
  const submission = useSubmit({
    fields: ['subject', 'commission_bps', 'reason'],
    check: (values) => checkRate({ ...values, scope, rate: values['commission_bps'] ?? '' }),
    send: async ({ subject = '', commission_bps: rate = '', reason = '' }) => {
      setDone(null);
      const body = {
        scope,
        ...(scope === 'house' ? {} : { subject: subject.trim() }),
        commission_bps: rate.trim() === '' ? null : readPercent(rate),
        reason: reason.trim(),
      };
      setDone(await api<CommissionRateChange>('/api/v1/admin/commission-rates', { method: 'PUT', body }));
      setRound((before) => before + 1);
      await queryClient.invalidateQueries({ queryKey: adminKeys.rates(userId) });
    },
  });
  const { fields } = submission.errors;
  return (
    <form
      noValidate
      onSubmit={submission.onSubmit}
      aria-label={t('setARate')}
      className="grid max-w-md content-start gap-4"
    >
      <div>
        <h2 className="font-semibold text-h3">{t('setARate')}</h2>
        <p className="text-ink2 text-ui">{t('aModelsRateCounts')}</p>
      </div>
      <FormError submission={submission} />
      <Select
        label={t('for')}
        options={SCOPES}
        value={scope}
        onValueChange={(value) => setScope(SCOPES.find((each) => each.value === value)?.value ?? 'house')}
      />
      {scope === 'house' ? null : (
        <TextField
          key={scope}
          label={scope === 'model' ? t('model') : t('publisher')}
          name="subject"
          autoComplete="off"
          spellCheck={false}
          placeholder={scope === 'model' ? 'provider/model' : 'usr_…'}
          error={fields['subject']}
        />
      )}
      <TextField
        label={t('commissionInPercent')}
        name="commission_bps"
        inputMode="decimal"
        autoComplete="off"
        placeholder="30"
        error={fields['commission_bps']}
        hint={scope === 'house' ? t('ofWhatTheBuyer') : t('ofWhatTheBuyerPays')}
      />
      <TextField
        key={`reason ${round}`}
        label={t('reason')}
        name="reason"
        autoComplete="off"
        maxLength={500}
        error={fields['reason']}
      />
      <SubmitButton submission={submission}>{t('setRate')}</SubmitButton>
      <p role="status" className="text-pos text-ui empty:absolute">
        {done && !submission.busy ? outcomeOf(done) : null}
      </p>
    </form>
  );
}

function Rates({ list }: { list: CommissionRateList }) {
  return (
    <ScrollTable label={t('commissionRates')}>
      <thead>
        <tr>
          {[t('for'), t('rate'), t('state'), t('since'), t('reason')].map((name) => (
            <th
              key={name}
              scope="col"
              className={cx(
                scrollHead,
                name === 'Rate' ? 'text-right' : 'text-left',
                name === 'Since' && 'max-md:hidden',
              )}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.data.map((rate) => (
          <tr key={`${rate.scope} ${rate.subject} ${rate.valid_from}`}>
            <th scope="row" className={cx(scrollCell, 'text-left font-normal')}>
              {SCOPE_NAMES[rate.scope]} {rate.subject}
            </th>
            <td className={cx(scrollCell, 'text-right font-mono')}>
              {rate.commission_bps === null ? t('none') : formatBps(rate.commission_bps)}
            </td>
            <td className={scrollCell}>
              {rate.in_force ? (
                <Badge tone="good">{t('inForce')}</Badge>
              ) : (
                <span className="text-ink3">{t('before')}</span>
              )}
            </td>
            <td className={cx(scrollCell, 'text-ink2 max-md:hidden')}>{formatDateTime(rate.valid_from)}</td>
            <td className={cx(scrollCell, 'wrap-anywhere w-full whitespace-normal!')}>
              {rate.reason}
              <span className="block text-ink3 text-meta md:hidden">{formatDateTime(rate.valid_from)}</span>
              <span className="block font-mono text-ink3 text-meta">{rate.actor_id}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

function Pages({ list, onPage }: { list: CommissionRateList; onPage: (page: number) => void }) {
  const last = Math.ceil(list.total / list.per_page);
  if (last <= 1) return null;
  return (
    <nav aria-label={t('pagesOfTheRates')} className="flex items-center gap-2">
      <Button disabled={list.page <= 1} onClick={() => onPage(list.page - 1)}>
        {t('newer')}
      </Button>
      <Button disabled={list.page >= last} onClick={() => onPage(list.page + 1)}>
        {t('older')}
      </Button>
    </nav>
  );
}

/** What the house takes of sales: the rates in force and before, and a form to set one. */
export function CommissionRates({ userId }: { userId: string }) {
  const [page, setPage] = useState(1);
  const query = useQuery(ratesQuery(userId, page));
  const list = useLast(query.data);
  return (
    <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <section aria-labelledby="rates" className="grid min-w-0 content-start gap-3" aria-busy={query.isFetching}>
        <h2 id="rates" className="font-semibold text-h3">
          {t('commissionRates')}
        </h2>
        {query.error ? (
          <ErrorState
            title={t('theRatesCouldNot')}
            error={query.error}
            onRetry={() => void query.refetch()}
            busy={query.isFetching}
          />
        ) : null}
        {list ? (
          <>
            <p className="text-ui">
              {t.nodes('nowOfWhatBuyers', {
                houseBps: <strong className="font-mono font-semibold">{formatBps(list.house_bps)}</strong>,
                configuredBps: <span className="font-mono">{formatBps(list.configured_bps)}</span>,
              })}
            </p>
            {list.total === 0 ? <p className="text-ink2 text-ui">{t('noRateWasEver')}</p> : <Rates list={list} />}
            <Pages list={list} onPage={setPage} />
          </>
        ) : query.error ? null : (
          <Skeleton className="h-40" />
        )}
      </section>
      <RateForm userId={userId} />
    </div>
  );
}
