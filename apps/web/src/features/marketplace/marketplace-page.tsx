import { useTitle } from '../../lib/use-title.ts';

/** The catalogue. */
export function MarketplacePage() {
  useTitle('Models');
  return <h1 className="px-5 py-6 font-semibold text-h1">Models</h1>;
}
