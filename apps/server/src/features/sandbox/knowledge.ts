import { formatPricePerMillion } from '@q/contract/money';
import type { SandboxKnowledge } from '@q/providers/sandbox/knowledge';
import { formatPricePerImage } from '../catalog/price.ts';
import type { Catalog, KnownModel } from '../catalog/service.ts';
import { GUIDE } from './guide.ts';

function toFact(model: KnownModel, available: boolean) {
  const perToken = model.price !== null && model.price.unit === 'token';
  return {
    id: model.id,
    name: model.name,
    provider: model.providerName,
    status: model.status,
    successor: model.successor,
    available,
    inputPricePerMillion: perToken ? formatPricePerMillion(model.price?.list.input ?? 0n) : null,
    outputPricePerMillion: perToken ? formatPricePerMillion(model.price?.list.output ?? 0n) : null,
    pricePerImage: model.price?.unit === 'image' ? formatPricePerImage(model.price.list.image) : null,
    contextWindow: model.contextWindow,
    capabilities: [...model.capabilities],
    description: model.description,
  };
}

/** What the sandbox model knows: the catalog as it is now, and the guide. */
export function createSandboxKnowledge(catalog: Catalog): SandboxKnowledge {
  return {
    models: () => catalog.all().map((model) => toFact(model, catalog.isAvailable(model))),
    docs: () => GUIDE,
  };
}
