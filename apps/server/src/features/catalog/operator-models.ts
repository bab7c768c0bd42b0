import type { OperatorModel, ProvidersFile } from '../../providers-file.ts';
import type { IncomingModel } from './apply-catalog.ts';
import type { ModelRow } from './store.ts';

/** What rows of the operator's file bear as their source: by it they are known when the file no longer has them. */
export const OPERATOR_SOURCE = 'providers file';

function isOfTheFile(row: ModelRow): boolean {
  return row.managed_by === 'admin' && row.sources.some(({ name }) => name === OPERATOR_SOURCE);
}

function categoryOf({ capabilities }: OperatorModel): ModelRow['category'] {
  if (capabilities.includes('reasoning')) return 'reasoning';
  return capabilities.includes('code') ? 'code' : 'chat';
}

function toIncoming(provider: string, model: OperatorModel, days: { changedOn: string; today: string }): IncomingModel {
  const { cachedInput } = model.price;
  return {
    id: model.id,
    provider,
    upstream_model: model.upstreamModel,
    name: model.name,
    description: model.description,
    version: null,
    category: categoryOf(model),
    endpoints: ['chat'],
    capabilities: model.capabilities,
    input_modalities: model.inputModalities,
    output_modalities: ['text'],
    context_window: model.contextWindow,
    provider_context_window: null,
    max_output: model.maxOutput,
    status: 'active',
    successor: null,
    released_at: null,
    retires_at: null,
    price: {
      effective_from: days.today,
      terms: {
        unit: 'token',
        input: model.price.input,
        output: model.price.output,
        ...(cachedInput === undefined ? {} : { cached_input: cachedInput }),
      },
    },
    price_changes: [],
    sources: [{ name: OPERATOR_SOURCE, as_of: days.changedOn }],
    checked_at: days.changedOn,
  };
}

function retired(row: ModelRow): IncomingModel {
  const { provider_name: _name, managed_by: _by, free_tier: _free, created_at: _c, updated_at: _u, ...facts } = row;
  return { ...facts, status: 'retired', price: null, price_changes: null };
}

/** The operator's models as rows to write, and those that the file had once and has no longer, retired. `now` is in milliseconds since 1970. */
export function operatorModels(file: ProvidersFile, rows: readonly ModelRow[], now: number): IncomingModel[] {
  const days = { changedOn: file.changedOn, today: new Date(now).toISOString().slice(0, 10) };
  const kept = file.providers.flatMap(({ id, models }) => models.map((model) => toIncoming(id, model, days)));
  const ids = new Set(kept.map(({ id }) => id));
  const gone = rows.filter((row) => isOfTheFile(row) && !ids.has(row.id) && row.status !== 'retired');
  return [...kept, ...gone.map(retired)];
}
