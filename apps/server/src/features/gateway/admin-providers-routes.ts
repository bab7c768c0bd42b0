import { type ProviderStateList, providerStateListSchema } from '@q/contract/admin-providers';
import type { Authenticate } from '../../http/authenticate.ts';
import { requireRole } from '../../http/authorize.ts';
import type { HttpServer } from '../../http/server.ts';
import type { Catalog, CatalogModel } from '../catalog/service.ts';
import type { ProviderRegistry, ProviderStatus } from './providers.ts';

interface Deps {
  catalog: Catalog;
  providers: ProviderRegistry;
  /** Which providers can be called now, and why the others cannot. */
  statuses: () => readonly ProviderStatus[];
  authenticate: Authenticate;
}

const serves = (id: string) => (model: CatalogModel) =>
  model.provider === id || model.offers.some(({ provider }) => provider === id);

function stateOf({ catalog, providers }: Deps, status: ProviderStatus): ProviderStateList['data'][number] {
  const { id, name, available, reason } = status;
  const entry = providers.get(id);
  const models = available ? catalog.callable().filter(serves(id)).length : 0;
  if (entry === undefined) return { id, name, available, reason, models, keys: 0, keys_resting: 0, circuit: 'closed' };
  return {
    id,
    name,
    available,
    reason,
    models,
    keys: entry.keys.length,
    keys_resting: providers.health.restingKeys(entry),
    circuit: providers.health.isOpen(entry) ? 'open' : 'closed',
  };
}

/** `/api/v1/admin/providers`: for operators, how their providers do. */
export function registerAdminProvidersRoute(app: HttpServer, deps: Deps): void {
  app.get(
    '/api/v1/admin/providers',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requireRole('admin')],
      schema: {
        tags: ['Administration'],
        summary: 'Providers, and how they do',
        description: 'What the server that answers knows: of several, each has its own view of keys and circuits.',
        response: { 200: providerStateListSchema },
      },
    },
    async () => ({ data: deps.statuses().map((status) => stateOf(deps, status)) }),
  );
}
