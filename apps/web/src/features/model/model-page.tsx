import { useTitle } from '../../lib/use-title.ts';

/** One model. */
export function ModelPage() {
  useTitle('Model');
  return <h1 className="px-5 py-6 font-semibold text-h1">Model</h1>;
}
