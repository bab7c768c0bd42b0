import type { Catalog } from '../catalog/service.ts';

const PROVIDER = 'anthropic';

/**
 * The id of the model that a client of Anthropic's API asks for. Such clients come with Anthropic's own names, which have no provider in them
 * and may be those of a dated version; a name that is nobody's is left as it is.
 */
export function findModelId(catalog: Pick<Catalog, 'get' | 'all'>, name: string): string {
  if (name.includes('/') || catalog.get(name)) return name;
  const prefixed = `${PROVIDER}/${name}`;
  if (catalog.get(prefixed)) return prefixed;
  const dated = catalog.all().find((model) => model.provider === PROVIDER && model.upstreamModel === name);
  return dated?.id ?? name;
}
