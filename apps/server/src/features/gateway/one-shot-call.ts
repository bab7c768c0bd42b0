import type { ChatCompletionRequest } from '@q/contract/chat';
import type { CallOptions } from '@q/providers/spec/chat-model';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { Usage } from '@q/providers/spec/usage';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { CatalogModel } from '../catalog/service.ts';
import { grossOf } from '../ledger/charge.ts';
import type { Attempt } from '../ledger/end-holds-store.ts';
import type { Hold } from '../ledger/hold.ts';
import type { CallLog } from './call-log.ts';
import { type CallEnd, type Outcome, toCallError } from './end-call.ts';
import { isOfTheCandidate, type RouteDeps, routeOf, termsOf } from './open-call.ts';
import type { ProviderEntry } from './providers.ts';
import { reachProvider } from './reach-provider.ts';
import type { Candidate } from './route.ts';

/** One request that is answered whole and is no chat, as it reaches the gateway. */
export interface OneShotCall<Body, Result = unknown> {
  /** The request's id; also the id of its hold, its charge and its line in the usage log. */
  id: string;
  caller: Pick<Caller, 'userId' | 'apiKey'>;
  request: Body;
  /** Aborted when the client is gone. */
  signal: StopSignal;
  /** Asked once the money is held. Throws to stop the call: its hold is freed and nothing goes upstream. */
  confirm?: (() => Promise<void>) | undefined;
  /** Takes the answer before it is charged. Throws when it cannot: the hold is freed then, and nothing is charged. */
  deliver?: (result: Result) => Promise<void>;
}

/** What calls of this kind need. */
export interface OneShotDeps extends RouteDeps {
  clock: Clock;
  callLog: CallLog;
}

/** A call made ready for one candidate: what it may use at most, how it is made, and what it used where the provider does not tell. */
interface OneShotWork<Result> {
  /** The most it can use; that much is held. */
  most: Usage;
  run(options: CallOptions): Promise<Result>;
  /** What the answer used: the provider's figures, or null for our own. */
  told(result: Result): Usage | null;
  counted(result: Result): Usage;
}

/** Makes a call ready for a candidate. Throws AppError for what this one cannot do. */
export type WorkAt<Result> = (candidate: Candidate) => OneShotWork<Result>;

/** An answered call, after its charge stands in the books. */
export interface OneShotAnswer<Result> {
  model: CatalogModel;
  entry: ProviderEntry;
  result: Result;
  end: CallEnd;
  /** How many were tried, those that failed included. */
  attempts: number;
}

/** A call whose money is held. Another candidate can take its place until it is answered. */
interface OpenOneShot<Result> extends Candidate {
  call: Pick<OneShotCall<unknown>, 'id' | 'caller' | 'signal'>;
  work: OneShotWork<Result>;
  hold: Hold;
  attempts: Attempt[];
  others: Candidate[];
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

/** The adapter by which a candidate serves an endpoint. Throws AppError 503, or 400 for a model of another kind. */
export function adapterFor<E extends keyof typeof MADE>(
  { model, entry }: Pick<Candidate, 'model' | 'entry'>,
  endpoint: E,
): NonNullable<ProviderEntry[E]> {
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
  return adapter;
}

const tokensOf = ({ most }: OneShotWork<unknown>) => BigInt(most.inputTokens + most.outputTokens);

/** Holds the most the call can cost at the first candidate that can serve it and that the balance bears. Throws AppError, what the first was refused for, with nothing held. */
async function openOneShot<B, R>(
  deps: OneShotDeps,
  call: OneShotCall<B, R>,
  candidates: readonly Candidate[],
  workAt: WorkAt<R>,
): Promise<OpenOneShot<R>> {
  let refusal: unknown;
  for (const [index, candidate] of candidates.entries()) {
    const { price } = candidate;
    try {
      const work = workAt(candidate);
      const isOfTokens = price.unit === 'token' && price.mode !== 'byok';
      const hold = await deps.ledger.hold({
        id: call.id,
        userId: call.caller.userId,
        apiKey: call.caller.apiKey,
        ...termsOf(candidate),
        amount: grossOf(work.most, price),
        tokensMax: isOfTokens ? tokensOf(work) : null,
      });
      return { ...candidate, call, work, hold, attempts: [], others: candidates.slice(index + 1) };
    } catch (error) {
      if (!isOfTheCandidate(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Frees the hold of a call that is not to be made after all. */
async function confirmed<B, R>(deps: OneShotDeps, call: OneShotCall<B, R>, open: OpenOneShot<R>): Promise<void> {
  try {
    await call.confirm?.();
  } catch (error) {
    await deps.ledger.void(open.hold, { reason: 'not_confirmed', attempts: [] });
    throw error;
  }
}

/** Gives the answer to who asked for it; frees the hold when that fails: what nobody got is not charged. */
async function delivered<B, R>(
  deps: OneShotDeps,
  call: OneShotCall<B, R>,
  open: OpenOneShot<R>,
  answer: { result: R; attempts: Attempt[] },
): Promise<void> {
  try {
    await call.deliver?.(answer.result);
  } catch (error) {
    await deps.ledger.void(open.hold, { reason: 'not_delivered', attempts: answer.attempts });
    throw error;
  }
}

/** Gives an open call to the next candidate that can serve it. False when there is none. */
async function passOn<R>(deps: OneShotDeps, open: OpenOneShot<R>, workAt: WorkAt<R>): Promise<boolean> {
  for (let next = open.others.shift(); next !== undefined; next = open.others.shift()) {
    try {
      const work = workAt(next);
      const needed = { nano: grossOf(work.most, next.price), tokens: tokensOf(work) };
      if (!(await deps.ledger.redirect(open.hold, termsOf(next), needed))) continue;
      Object.assign(open, next, { work });
      return true;
    } catch (error) {
      if (!isOfTheCandidate(error)) throw error;
    }
  }
  return false;
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
function recordEnd<R>(deps: OneShotDeps, { call, model, entry }: OpenOneShot<R>, end: CallEnd): void {
  deps.callLog.add({
    id: call.id,
    userId: call.caller.userId,
    apiKeyId: call.caller.apiKey?.id ?? null,
    modelId: model.id,
    provider: entry.id,
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
 * Carries out one call: route → hold → call, at who can answer it → settle by the provider's figures, else by our count. A call that fails is
 * charged nothing. Resolves when the charge stands in the books, even if the client has gone meanwhile. Throws AppError.
 */
export async function callOnce<
  Body extends Pick<ChatCompletionRequest, 'model' | 'provider'>,
  Result extends { upstreamRequestId: string | null },
>(deps: OneShotDeps, call: OneShotCall<Body, Result>, workAt: WorkAt<Result>): Promise<OneShotAnswer<Result>> {
  const { model: wanted, provider } = call.request;
  const candidates = await routeOf(deps, call.caller.userId, { model: wanted, provider });
  const open = await openOneShot(deps, call, candidates, workAt);
  await confirmed(deps, call, open);
  const startedAt = deps.clock.elapsed();
  const endOf = (ended: Ended): CallEnd => {
    const end = { ...ended, ttftMs: null, durationMs: deps.clock.elapsed() - startedAt };
    recordEnd(deps, open, end);
    return end;
  };
  const withLast = (outcome: string, upstreamRequestId: string | null) => [
    ...open.attempts,
    { provider: open.entry.id, outcome, upstreamRequestId },
  ];
  let result: Result;
  let told: Usage | null;
  let usage: Usage;
  try {
    result = await reachProvider(
      deps,
      open,
      () => passOn(deps, open, workAt),
      (apiKey) => open.work.run({ signal: call.signal, apiKey }),
    );
    told = open.work.told(result);
    usage = told ?? open.work.counted(result);
  } catch (failure) {
    const outcome = call.signal.aborted ? 'client_gone' : 'upstream_error';
    const error = toCallError(failure, open.entry.name);
    const attempts = withLast(outcome === 'client_gone' ? outcome : (error?.code ?? outcome), null);
    const { charged, balance } = await deps.ledger.void(open.hold, { reason: outcome, attempts });
    const nothing = { usage: usageOf({}), usageSource: 'counted' as const, costNano: charged, balanceNano: balance };
    endOf({ outcome, ...nothing, error: outcome === 'upstream_error' ? error : null });
    throw error ?? failure;
  }
  const { model, entry } = open;
  const usageSource = told === null ? 'counted' : 'provider';
  const attempts = withLast('completed', result.upstreamRequestId);
  await delivered(deps, call, open, { result, attempts });
  const settled = await deps.ledger.settle(open.hold, { usage, usageSource, reason: 'completed', attempts });
  const { charged: costNano, balance: balanceNano } = settled;
  const end = endOf({ outcome: 'completed', usage, usageSource, costNano, balanceNano, error: null });
  return { model, entry, result, end, attempts: attempts.length };
}
