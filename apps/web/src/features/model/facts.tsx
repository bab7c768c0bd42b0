import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cx } from '../../lib/cx.ts';
import { formatCount, formatDate, formatSeconds, UNKNOWN } from '../../lib/format.ts';
import { CallsByDay } from './calls-by-day.tsx';
import { t } from './strings.ts';

/** One line of a list of facts; an absent value is said in words. */
interface FactLine {
  label: string;
  value: ReactNode;
  missing?: boolean;
}

function fact(label: string, value: string, missing: string): FactLine {
  return value === UNKNOWN ? { label, value: missing, missing: true } : { label, value };
}

function FactList({ title, lines }: { title: string; lines: readonly FactLine[] }) {
  return (
    <section>
      <h2 className="pb-1 font-semibold text-h3">{title}</h2>
      <dl className="border-line border-t">
        {lines.map(({ label, value, missing }) => (
          <div key={label} className="flex justify-between gap-4 border-line border-b py-1.5 text-ui">
            <dt className="shrink-0 text-ink3">{label}</dt>
            <dd className={cx('min-w-0 text-right', missing ? 'text-ink3' : 'text-ink')}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function tokens(count: number | null): string {
  return count === null ? UNKNOWN : t('tokens', { count: formatCount(count) });
}

function contextLine(model: Model): FactLine {
  const line = fact(t('contextWindow'), tokens(model.context_window), t('notCountedInTokens'));
  if (model.provider_context_window === null) return line;
  return {
    ...line,
    value: (
      <>
        {line.value}
        <span className="block text-ink3 text-meta">
          {t('ofAtTheProvider', { tokens: formatCount(model.provider_context_window) })}
        </span>
      </>
    ),
  };
}

/** What the model is: sizes, kinds of input and output. */
export function ModelFacts({ model }: { model: Model }) {
  const lines: FactLine[] = [
    contextLine(model),
    fact(t('longestAnswer'), tokens(model.max_output), t('noLimitOfIts')),
    { label: t('takes'), value: model.modalities.input.join(', ') },
    { label: t('gives'), value: model.modalities.output.join(', ') },
    { label: t('endpoint'), value: <code className="font-mono text-meta">{model.api_spec.input.endpoint}</code> },
    fact(t('version'), model.version ?? UNKNOWN, t('notNamed')),
  ];
  return <FactList title={t('facts')} lines={lines} />;
}

const STAGES: Record<Model['status'], string> = {
  active: t('onSale'),
  deprecated: t('deprecatedStillAnswers'),
  retired: t('stageRetired'),
};

/** The stages of its life: when it came, how it stands, when it goes. */
export function ModelLife({ model }: { model: Model }) {
  const { lifecycle } = model;
  const lines: FactLine[] = [
    fact(t('released'), formatDate(lifecycle.released_at), t('notPublished')),
    { label: t('listedHere'), value: t('since', { day: formatDate(model.created_at) }) },
    { label: t('stage'), value: STAGES[model.status] },
  ];
  if (lifecycle.retires_at) {
    lines.push({
      label: model.status === 'retired' ? t('switchedOff') : t('willBeSwitchedOff'),
      value: formatDate(lifecycle.retires_at),
    });
  }
  if (model.successor) {
    lines.push({
      label: t('successor'),
      value: (
        <Link to="/models/$" params={{ _splat: model.successor }} className="link wrap-anywhere font-mono text-meta">
          {model.successor}
        </Link>
      ),
    });
  }
  lines.push({ label: t('factsChecked'), value: formatDate(lifecycle.checked_at) });
  return <FactList title={t('life')} lines={lines} />;
}

/** What people here made of it: real calls only, and words where there are none yet. */
export function ModelFigures({ model }: { model: Model }) {
  const { latency } = model;
  const speed = latency.tokens_per_second;
  const lines: FactLine[] = [
    fact(t('calls'), model.usage_count === 0 ? UNKNOWN : formatCount(model.usage_count), t('noneYet')),
    fact(t('people'), model.unique_users === 0 ? UNKNOWN : formatCount(model.unique_users), t('noneYet')),
    fact(
      t('rating'),
      model.rating === null ? UNKNOWN : t('ratingOf5', { rating: model.rating.toFixed(1), count: model.reviews }),
      t('noReviewsYet'),
    ),
    fact(t('firstTokenMedian'), formatSeconds(latency.ttft_ms_p50), t('noDataYet')),
    fact(t('firstTokenSlowest5'), formatSeconds(latency.ttft_ms_p95), t('noDataYet')),
    fact(t('speed'), speed === null ? UNKNOWN : t('tokensPerSecond', { figure: speed.toFixed(0) }), t('noDataYet')),
    fact(
      t('answered7Days'),
      model.success_rate === null ? UNKNOWN : `${(model.success_rate * 100).toFixed(2)} %`,
      t('noDataYet'),
    ),
  ];
  return (
    <div>
      <FactList title={t('inUseHere')} lines={lines} />
      <CallsByDay days={model.daily_calls} />
      <p className="pt-1 text-ink3 text-meta">{t('measuredFromRealCalls')}</p>
    </div>
  );
}
