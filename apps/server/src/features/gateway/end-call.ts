import { ProviderError } from '@q/providers/spec/provider-error';
import type { Usage, UsageSource } from '@q/providers/spec/usage';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { grossOf } from '../ledger/charge.ts';
import { heldAmount, type ShortOf } from '../ledger/hold.ts';
import type { Settled } from '../ledger/resolve.ts';
import type { Ledger } from '../ledger/service.ts';
import { mostOfTokens, outputCeiling } from './budget.ts';
import type { CallLog } from './call-log.ts';
import { chargedUsage, isZeroCompletion, type Meter } from './meter.ts';
import type { OpenCall } from './open-call.ts';
import { fromProviderError } from './upstream-error.ts';

/** Why a call ended. */
export type Outcome =
  | 'completed'
  | 'client_gone'
  | 'stopped'
  | 'stopped_by_balance'
  | 'stopped_by_key_limit'
  | 'upstream_error';

const SHORT_OF: Partial<Record<Outcome, ShortOf>> = {
  stopped_by_balance: 'balance',
  stopped_by_key_limit: 'key_limit',
};

/** What there was not enough of for an answer that ended for want of money: the balance, or its API key's daily limit; null for any other. */
export const endedShortOf = (outcome: Outcome): ShortOf | null => SHORT_OF[outcome] ?? null;

/** Whether an answer ended for want of money. */
export const ranOutOfMoney = (outcome: Outcome): boolean => endedShortOf(outcome) !== null;

/** The end of a call, after its charge stands in the books. Amounts in nano-dollars. */
export interface CallEnd {
  outcome: Outcome;
  usage: Usage;
  usageSource: UsageSource;
  costNano: bigint;
  balanceNano: bigint;
  ttftMs: number | null;
  durationMs: number;
  /** What went wrong at the provider after output had begun; null when nothing did. */
  error: AppError | null;
  /** The calls that the answer was put together from, in order, when there was more than one: the figures above are their sums. */
  parts?: readonly AnswerPart[];
}

/** One call of an answer that several providers gave. */
export interface AnswerPart {
  callId: string;
  model: string;
  provider: string;
  costNano: bigint;
}

/** How the relaying of an answer ended, before money is looked at. `startedAt` is by `Clock.elapsed`. */
export interface RelayEnd {
  meter: Meter;
  startedAt: number;
  outcome: Outcome;
  failure: unknown;
  upstreamRequestId: string | null;
}

interface Deps {
  ledger: Ledger;
  clock: Clock;
  callLog: CallLog;
}

/** A failure as an error of the catalogue; null when there was none that the caller should see. */
export function toCallError(failure: unknown, providerName: string): AppError | null {
  if (failure === null || failure === undefined) return null;
  if (failure instanceof AppError) return failure;
  if (failure instanceof ProviderError) return fromProviderError(failure, providerName);
  return new AppError('internal_error', { cause: failure });
}

/**
 * An open-ended stream can end above its hold when the provider bills reasoning that was never shown.
 * The hold then grows to the charge if the balance bears it, but never beyond what the model could have produced.
 */
async function growToUsage(deps: Deps, open: OpenCall, usage: Usage): Promise<void> {
  const { budget, model, price, hold } = open;
  if (budget.outputCap !== null) return;
  const gross = grossOf(usage, price);
  const tokens = BigInt(usage.inputTokens + usage.outputTokens);
  const missing = (hold.asset === 'USD' ? gross : tokens) - heldAmount(hold);
  if (missing <= 0n) return;
  const possible = mostOfTokens(price, budget.inputTokensBound, model.maxOutput * (open.call.request.n ?? 1));
  if (gross <= possible) await deps.ledger.extend(hold, { nano: missing, tokens: missing }).catch(() => false);
}

/** What we count is cut to what the model can have said; figures of a provider stand as they are. */
function withinCeiling({ budget, model, call }: OpenCall, charged: ReturnType<typeof chargedUsage>): typeof charged {
  if (charged.usageSource === 'provider') return charged;
  const outputTokens = Math.min(charged.usage.outputTokens, outputCeiling(budget, model, call.request.n));
  return { ...charged, usage: { ...charged.usage, outputTokens } };
}

/** An answer that reached a ceiling which had been lowered to the balance, or to a key's daily limit, was ended by that. */
function outcomeOf({ budget: { loweredFor } }: OpenCall, { outcome, meter }: RelayEnd): Outcome {
  if (loweredFor === null || outcome !== 'completed' || meter.finish !== 'length') return outcome;
  return `stopped_by_${loweredFor}`;
}

/**
 * Settles or voids the call's hold and writes its line in the usage log. Resolves only when the money stands in the books.
 * Zero output with a failure costs nothing; everything else is charged by the provider's figures, else by what was relayed.
 */
export async function endCall(deps: Deps, open: OpenCall, relay: RelayEnd): Promise<CallEnd> {
  const { ledger, clock } = deps;
  const error = relay.outcome === 'upstream_error' ? toCallError(relay.failure, open.entry.name) : null;
  const isZero = isZeroCompletion(relay.meter, relay.outcome !== 'completed');
  const outcome = isZero ? relay.outcome : outcomeOf(open, relay);
  const attempts = [
    ...open.attempts,
    { provider: open.entry.id, outcome: error?.code ?? outcome, upstreamRequestId: relay.upstreamRequestId },
  ];
  const charged = withinCeiling(open, chargedUsage(relay.meter, open.inputTokens));
  let settled: Settled;
  let { usage, usageSource } = charged;
  if (isZero) {
    const reason = outcome === 'completed' ? 'zero_completion' : outcome;
    settled = await ledger.void(open.hold, { reason, attempts });
    usage = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    usageSource = 'counted';
  } else {
    await growToUsage(deps, open, usage);
    settled = await ledger.settle(open.hold, { usage, usageSource, reason: outcome, attempts });
  }
  const now = clock.elapsed();
  const end: CallEnd = {
    outcome,
    usage,
    usageSource,
    costNano: settled.charged,
    balanceNano: settled.balance,
    ttftMs: relay.meter.firstOutputAt === null ? null : relay.meter.firstOutputAt - relay.startedAt,
    durationMs: now - relay.startedAt,
    error,
  };
  recordCall(deps, open, end);
  return end;
}

/** Adds the usage line; no answer waits until it is written. */
function recordCall(deps: Deps, open: OpenCall, end: CallEnd): void {
  deps.callLog.add({
    id: open.call.id,
    userId: open.call.caller.userId,
    apiKeyId: open.call.caller.apiKey?.id ?? null,
    modelId: open.model.id,
    provider: open.entry.id,
    streamed: open.call.stream,
    outcome: end.outcome,
    errorCode: end.error?.code ?? null,
    usage: end.usage,
    usageSource: end.usageSource,
    costNano: end.costNano,
    ttftMs: end.ttftMs,
    durationMs: end.durationMs,
    endedAt: deps.clock.now(),
  });
}
