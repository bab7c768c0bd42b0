import type { ModelList } from '@q/contract/models';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../components/button.tsx';
import { Price } from '../../components/price.tsx';
import { api } from '../../lib/api-client.ts';
import { formatContext } from '../../lib/format.ts';
import { chipsOf } from '../marketplace/filter-chips.tsx';
import { splitId } from '../marketplace/labels.ts';
import { toApiQuery } from '../marketplace/marketplace-search.ts';
import type { AssistantSearch } from './assistant-search.ts';
import { t } from './strings.ts';
import { guessRequirements, toCatalogue } from './to-catalogue.ts';

const ROWS = 5;

/** What is shown when the assistant does not answer: the catalogue, filtered by what the page itself can read from the sentence. */
export function CatalogueFallback({ search }: { search: AssistantSearch }) {
  const filters = toCatalogue(guessRequirements(search.q ?? ''), search);
  const query = toApiQuery(filters, { perPage: ROWS });
  const { data } = useQuery({
    queryKey: ['assistant', 'fallback', query],
    queryFn: ({ signal }) => api<ModelList>(`/api/v1/models?${query}`, { signal, auth: 'if-ready' }),
  });
  const words = chipsOf(filters, data?.facets).map(({ text }) => text);
  return (
    <section aria-labelledby="fallback" className="grid gap-2">
      <h2 id="fallback" className="font-semibold text-h3">
        {t('meanwhileFromTheCatalogue')}
      </h2>
      <p className="text-ink2 text-ui">
        {words.length > 0 ? t('filteredByWhatYour', { words: words.join(', ') }) : t('theMostUsedModels')}
      </p>
      <ul className="border-line border-t empty:hidden">
        {data?.data.map((model) => {
          const [provider, name] = splitId(model.id);
          return (
            <li key={model.id} className="border-line border-b">
              <Link
                to="/models/$"
                params={{ _splat: model.id }}
                className="flex min-h-10 flex-wrap items-center gap-x-4 py-1.5 text-ui hover:bg-sunken max-md:min-h-11"
              >
                <span className="min-w-0 flex-1 break-words">
                  <span className="text-ink3">{provider}</span>
                  <span className="font-medium">{name}</span>
                </span>
                <span className="text-right font-mono text-ink3 text-meta">{formatContext(model.context_window)}</span>
                <span className="text-meta sm:w-44 sm:text-right">
                  {t.nodes('inOut', {
                    input: <Price value={model.pricing?.input} short dollar />,
                    output: <Price value={model.pricing?.output} short dollar />,
                  })}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      <div>
        <Link to="/models" search={filters} className={buttonClass()}>
          {t('openTheCatalogueWith')}
        </Link>
      </div>
    </section>
  );
}
