import type { CallOptions } from '@q/providers/spec/chat-model';
import { ProviderError } from '@q/providers/spec/provider-error';
import type { Usage } from '@q/providers/spec/usage';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Catalog, CatalogModel } from '../catalog/service.ts';
import { grossOf } from '../ledger/charge.ts';
import type { Attempt } from '../ledger/end-holds-store.ts';
import type { Hold } from '../ledger/hold.ts';
import type { Ledger } from '../ledger/service.ts';
import type { CallLog } from './call-log.ts';
import { type CallEnd, type Outcome, toCallError } from './end-call.ts';
import { resolveModel } from './open-call.ts';
import type { ProviderEntry, ProviderRegistry } from './providers.ts';
import { fromProviderError } from './upstream-error.ts';

/** One request that is answered whole and is no chat, as it reaches the gateway. */
export interface OneShotCall<Body> {
  /** The request's id; also the id of its hold, its charge and its line in the usage log. */
  id: string;
  caller: Pick<Caller, 'userId' | 'apiKey'>;
  request: Body;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** Asked once the money is held. Throws to stop the call: its hold is freed and nothing goes upstream. */
  confirm?: (() => Promise<void>) | undefined;
}

/** What calls of this kind need. */
export interface OneShotDeps {
  catalog: Catalog;
  ledger: Ledger;
  providers: ProviderRegistry;
  clock: Clock;
  callLog: CallLog;
}

/** A kind of call: what it may use at most, how it is made, and what it used where the provider does not tell. */
interface OneShotWork<Result> {
  model: CatalogModel;
  entry: ProviderEntry;
  /** The most it can use; that much is held. */
  most: Usage;
  run(options: CallOptions): Promise<Result>;
  /** What the answer used: the provider's figures, or null for our own. */
  told(result: Result): Usage | null;
  counted(result: Result): Usage;
}

/** An answered call, after its charge stands in the books. */
export interface OneShotAnswer<Result> {
  model: CatalogModel;
  entry: ProviderEntry;
  result: Result;
  end: CallEnd;
}

/** What a model of each endpoint makes, and the capability by which the catalog finds those that do. */
const MADE = {
  embeddings: { what: 'embeddings', capability: 'embeddings' },
  images: { what: 'images', capability: 'image_generation' },
} as const;

/** Usage of nothing but what is named. */
export function usageOf(more: Partial<Usage>): Usage {
  return {
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    ...more,
  };
}

/** Finds the model and the adapter that serves its endpoint. Throws AppError 404, 410, 503, or 400 for a model of another kind. */
export function resolveServing<E extends keyof typeof MADE>(
  deps: Pick<OneShotDeps, 'catalog' | 'providers'>,
  modelId: string,
  endpoint: E,
): { model: CatalogModel; entry: ProviderEntry; adapter: NonNullable<ProviderEntry[E]> } {
  const { model, entry } = resolveModel(deps, modelId);
  const { what, capability } = MADE[endpoint];
  if (!model.endpoints.includes(endpoint)) {
    throw new AppError('invalid_request', {
      message: `${model.id} makes no ${what}. GET /api/v1/models?capability=${capability} lists the models that do.`,
      param: 'model',
    });
  }
  const adapter = entry[endpoint];
  if (!adapter) {
    throw new AppError('model_unavailable', {
      message: `${model.id} is in the catalog, but ${what} of ${entry.name} cannot be called here yet.`,
      param: 'model',
    });
  }
  return { model, entry, adapter };
}

/** Holds the most the call can cost. Throws AppError 402 or 429 with nothing held; a call that is not confirmed leaves nothing held either. */
async function openHold<B, R>(deps: OneShotDeps, call: OneShotCall<B>, work: OneShotWork<R>): Promise<Hold> {
  const { model, most } = work;
  const hold = await deps.ledger.hold({
    id: call.id,
    userId: call.caller.userId,
    apiKey: call.caller.apiKey,
    modelId: model.id,
    provider: model.provider,
    price: model.price,
    payee: model.provider,
    amount: grossOf(most, model.price),
    tokensMax: model.price.unit === 'token' ? BigInt(most.inputTokens + most.outputTokens) : null,
  });
  try {
    await call.confirm?.();
    return hold;
  } catch (error) {
    await deps.ledger.void(hold, { reason: 'not_confirmed', attempts: [] });
    throw error;
  }
}

/** Asks with the keys of the pool in turn, as long as it is the key that is busy or refused. What failed is noted in `failed`, except for the last. */
async function askWithKeys<R>(
  { providers: { health } }: OneShotDeps,
  entry: ProviderEntry,
  failed: Attempt[],
  ask: (apiKey: string | undefined) => Promise<R>,
): Promise<R> {
  for (let tries = 1; ; tries += 1) {
    const key = health.nextKey(entry);
    try {
      const answer = await ask(key);
      health.succeeded(entry, key);
      return answer;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      health.failed(entry, key, error);
      const isOfTheKey = error.kind === 'rate_limited' || error.kind === 'auth';
      if (!isOfTheKey || tries >= entry.keys.length || !health.hasReadyKey(entry)) throw error;
      const outcome = fromProviderError(error, entry.name).code;
      failed.push({ provider: entry.id, outcome, upstreamRequestId: null });
    }
  }
}

interface Ended {
  outcome: Outcome;
  usage: Usage;
  usageSource: CallEnd['usageSource'];
  costNano: bigint;
  balanceNano: bigint;
  error: AppError | null;
}

/** Adds the usage line, which no answer waits for. */
function recordEnd<B, R>(deps: OneShotDeps, call: OneShotCall<B>, work: OneShotWork<R>, end: CallEnd): void {
  deps.callLog.add({
    id: call.id,
    userId: call.caller.userId,
    apiKeyId: call.caller.apiKey?.id ?? null,
    modelId: work.model.id,
    provider: work.entry.id,
    streamed: false,
    outcome: end.outcome,
    errorCode: end.error?.code ?? null,
    usage: end.usage,
    usageSource: end.usageSource,
    costNano: end.costNano,
    ttftMs: null,
    durationMs: end.durationMs,
    endedAt: deps.clock.now(),
  });
}

/**
 * Carries out one call: hold → call → settle by the provider's figures, else by our count. A call that fails is charged nothing.
 * Resolves when the charge stands in the books, even if the client has gone meanwhile. Throws AppError.
 */
export async function callOnce<Body, Result extends { upstreamRequestId: string | null }>(
  deps: OneShotDeps,
  call: OneShotCall<Body>,
  work: OneShotWork<Result>,
): Promise<OneShotAnswer<Result>> {
  const { model, entry } = work;
  const hold = await openHold(deps, call, work);
  const startedAt = deps.clock.now();
  const endOf = (ended: Ended): CallEnd => {
    const end = { ...ended, ttftMs: null, durationMs: deps.clock.now() - startedAt };
    recordEnd(deps, call, work, end);
    return end;
  };
  const failed: Attempt[] = [];
  const withLast = (outcome: string, upstreamRequestId: string | null) => [
    ...failed,
    { provider: entry.id, outcome, upstreamRequestId },
  ];
  let result: Result;
  try {
    result = await askWithKeys(deps, entry, failed, (apiKey) => work.run({ signal: call.signal, apiKey }));
  } catch (failure) {
    const outcome = call.signal.aborted ? 'client_gone' : 'upstream_error';
    const error = toCallError(failure, entry.name);
    const attempts = withLast(outcome === 'client_gone' ? outcome : (error?.code ?? outcome), null);
    const { charged, balance } = await deps.ledger.void(hold, { reason: outcome, attempts });
    const nothing = { usage: usageOf({}), usageSource: 'counted' as const, costNano: charged, balanceNano: balance };
    endOf({ outcome, ...nothing, error: outcome === 'upstream_error' ? error : null });
    throw error ?? failure;
  }
  const told = work.told(result);
  const usage = told ?? work.counted(result);
  const usageSource = told === null ? 'counted' : 'provider';
  const attempts = withLast('completed', result.upstreamRequestId);
  const settled = await deps.ledger.settle(hold, { usage, usageSource, reason: 'completed', attempts });
  const { charged: costNano, balance: balanceNano } = settled;
  const end = endOf({ outcome: 'completed', usage, usageSource, costNano, balanceNano, error: null });
  return { model, entry, result, end };
}
