import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '../../components/skeleton.tsx';
import { splitId } from '../marketplace/labels.ts';
import { answerQuery } from './queries.ts';
import { t } from './strings.ts';
import { callCost } from './words.ts';

const TASKS = [
  t('summarise30PageLegal'),
  t('writeUnitTestsFor'),
  t('answer1000Customer'),
  t('readTheTotalsFrom'),
  t('aFastAgentThat'),
  t('embeddingsToSearch200'),
];

/** Answers change with prices and measured speed, not from minute to minute. */
const STALE_MS = 300_000;

function Price({ loading, cost, model }: { loading: boolean; cost: string | undefined; model: string | undefined }) {
  if (loading) return <Skeleton className="h-4 w-40 max-sm:w-24" />;
  if (cost === undefined || model === undefined) return null;
  return (
    <>
      {splitId(model)[1]}{' '}
      <span className="text-ink2">
        {Number(cost) === 0 ? '' : '≈ '}
        {callCost(cost)}
      </span>
    </>
  );
}

/** What the page offers before anything is asked: real tasks, each with the best match that can be called here and what a call of it costs. */
export function Examples() {
  const answers = useQueries({
    queries: TASKS.map((query) => ({
      ...answerQuery({ query, available_only: true }),
      staleTime: STALE_MS,
      retry: false,
    })),
  });
  return (
    <section aria-labelledby="examples" className="pt-3">
      <h2 id="examples" className="flex justify-between gap-4 pb-1.5 text-ink3 text-meta">
        <span>{t('forExample')}</span>
        <span aria-hidden="true">{t('bestMatchPerCall')}</span>
      </h2>
      <ul className="border-line border-t">
        {TASKS.map((task, index) => {
          const best = answers[index]?.data?.answer.recommendations[0];
          return (
            <li key={task} className="border-line border-b">
              <Link
                to="/"
                search={best ? { q: task, available: true } : { q: task }}
                preload={false}
                className="flex min-h-10 flex-wrap items-center gap-x-4 py-2 text-ui hover:bg-sunken max-md:min-h-11"
              >
                <span className="min-w-0 flex-1 max-sm:basis-full">{task}</span>
                <span className="min-h-4 font-mono text-ink3 text-meta">
                  <Price
                    loading={answers[index]?.isPending ?? false}
                    cost={best?.estimated_cost_usd}
                    model={best?.model_id}
                  />
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
