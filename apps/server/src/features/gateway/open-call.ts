import type { ChatCompletionRequest } from '@q/contract/chat';
import type { ChatRequest } from '@q/providers/spec/chat-model';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Catalog, CatalogModel } from '../catalog/service.ts';
import type { Hold } from '../ledger/hold.ts';
import type { Ledger } from '../ledger/service.ts';
import { type Budget, budgetFor, clampBudget } from './budget.ts';
import { boundInputTokens, countInputTokens } from './estimate.ts';
import type { ProviderEntry, ProviderRegistry } from './providers.ts';
import { namedOutputCap, toUpstreamRequest } from './upstream-request.ts';

/** One request to a model, as it reaches the gateway. */
export interface GatewayCall {
  /** The request's id; also the id of its hold, its charge and its line in the usage log. */
  id: string;
  caller: Pick<Caller, 'userId' | 'apiKey'>;
  request: ChatCompletionRequest;
  stream: boolean;
  /** Aborted when the client is gone or has asked to stop. */
  signal: AbortSignal;
  /** False when the caller wants a 402 rather than a lowered output ceiling. */
  clamp: boolean;
}

/** A call whose money is held and that may go upstream. */
export interface OpenCall {
  call: GatewayCall;
  model: CatalogModel;
  entry: ProviderEntry;
  upstream: ChatRequest;
  hold: Hold;
  budget: Budget;
  /** A fair count of the input, charged only if the provider tells none. */
  inputTokens: number;
  /** The output ceiling, when it had to be lowered to what the balance affords. */
  clampedTo: number | null;
}

interface Deps {
  catalog: Catalog;
  ledger: Ledger;
  providers: ProviderRegistry;
}

/** Finds the model and who serves it. Throws AppError 404, 410 (with the successor) or 503. */
export function resolveModel(
  deps: Pick<Deps, 'catalog' | 'providers'>,
  modelId: string,
): { model: CatalogModel; entry: ProviderEntry } {
  const model = deps.catalog.get(modelId);
  if (!model) {
    throw new AppError('model_not_found', {
      message: `There is no model "${modelId.slice(0, 100)}". GET /v1/models lists those that can be called.`,
      param: 'model',
    });
  }
  if (model.status === 'retired') {
    const successor = model.successor ? ` Use ${model.successor} instead.` : '';
    throw new AppError('model_retired', {
      message: `${model.name} has been retired by its provider.${successor}`,
      param: 'model',
      extra: { successor: model.successor },
    });
  }
  const entry = deps.providers.get(model.provider);
  if (!entry) {
    throw new AppError('model_unavailable', {
      message: `${model.id} is in the catalog, but this marketplace has no key for its provider yet. GET /v1/models lists models that can be called now.`,
      param: 'model',
    });
  }
  return { model, entry };
}

/** Holds the budget; an open one is lowered to what is there when it does not fit. */
async function holdBudget(
  deps: Deps,
  call: GatewayCall,
  model: CatalogModel,
  budget: Budget,
): Promise<{ hold: Hold; budget: Budget; clampedTo: number | null }> {
  const hold = (wanted: Budget) =>
    deps.ledger.hold({
      id: call.id,
      userId: call.caller.userId,
      apiKey: call.caller.apiKey,
      modelId: model.id,
      provider: model.provider,
      price: model.price,
      payee: model.provider,
      amount: wanted.amount,
      tokensMax: model.price.unit === 'token' ? BigInt(wanted.inputTokensBound + wanted.outputTokensHeld) : null,
    });
  try {
    return { hold: await hold(budget), budget, clampedTo: null };
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'insufficient_balance') || budget.named || !call.clamp)
      throw error;
    const totals = await deps.ledger.totals(call.caller.userId);
    const lowered = clampBudget(budget, model.price, totals.posted - totals.held, call.request.n ?? 1);
    if (!lowered) throw error;
    return { hold: await hold(lowered), budget: lowered, clampedTo: lowered.outputCap };
  }
}

/** Our count of the input is rough: only what is far too long is refused here, and the provider has the last word. */
const CONTEXT_TOLERANCE = 2;

/**
 * Refuses what the model cannot read. Above the window that is sold, a provider's price can step up (its own window is larger):
 * there the limit is strict, since the price in force would not cover the cost.
 */
export function refuseTooLong(model: CatalogModel, inputTokens: number): void {
  if (model.contextWindow === 0) return;
  const limit = model.providerContextWindow === null ? model.contextWindow * CONTEXT_TOLERANCE : model.contextWindow;
  if (inputTokens <= limit) return;
  throw new AppError('invalid_request', {
    message: `The messages are about ${inputTokens} tokens long; ${model.id} reads at most ${model.contextWindow} here.`,
    param: 'messages',
  });
}

/**
 * Everything that happens before a byte goes upstream: model, request, budget, hold.
 * Throws AppError with nothing held.
 */
export async function openCall(deps: Deps, call: GatewayCall): Promise<OpenCall> {
  const { model, entry } = resolveModel(deps, call.request.model);
  const upstream = toUpstreamRequest(call.request, model);
  const planned = budgetFor({
    price: model.price,
    inputTokensBound: boundInputTokens(upstream),
    namedCap: namedOutputCap(call.request, model),
    modelMaxOutput: model.maxOutput,
    stream: call.stream,
    alternatives: call.request.n ?? 1,
  });
  const inputTokens = countInputTokens(upstream);
  refuseTooLong(model, inputTokens);
  const { hold, budget, clampedTo } = await holdBudget(deps, call, model, planned);
  return {
    call,
    model,
    entry,
    upstream: { ...upstream, maxOutputTokens: budget.outputCap ?? undefined },
    hold,
    budget,
    inputTokens,
    clampedTo,
  };
}
