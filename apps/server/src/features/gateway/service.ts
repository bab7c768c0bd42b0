import type { EmbeddingsBody } from '@q/contract/embeddings';
import type { ImagesBody } from '@q/contract/images';
import type { QuoteRequest } from '@q/contract/quote';
import type { ChatRequest, ChatResult } from '@q/providers/spec/chat-model';
import type { ImageResult } from '@q/providers/spec/image-model';
import { ProviderError } from '@q/providers/spec/provider-error';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Catalog } from '../catalog/service.ts';
import type { Ledger } from '../ledger/service.ts';
import type { PickModels } from './auto-model.ts';
import { EXTENSION_OUTPUT_TOKENS, mostOfTokens, outputCeiling } from './budget.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import { listCalls } from './call-store.ts';
import { collectState, createStateCollector } from './collect-state.ts';
import { continueStream, refuseUncontinuable, type Seam } from './continue-stream.ts';
import { askWithoutRefused } from './drop-params.ts';
import { embed } from './embed.ts';
import { type CallEnd, endCall, type Outcome, toCallError } from './end-call.ts';
import { countOutputTokens } from './estimate.ts';
import { generateImages } from './generate-images.ts';
import { countedUsage, createMeter, type Meter, meterPart, meterResult } from './meter.ts';
import { createMissingCalls } from './missing-calls.ts';
import type { OneShotCall } from './one-shot-call.ts';
import { findModel, type GatewayCall, type OpenCall, openCall, passOn, resolveModel } from './open-call.ts';
import type { OwnProviders } from './own-providers.ts';
import { chatAdapterOf, type ProviderRegistry } from './providers.ts';
import { quoteRequest } from './quote.ts';
import { reachProvider } from './reach-provider.ts';
import { ownerOf } from './reasoning-state.ts';
import { createStateCache, type StateCache } from './state-cache.ts';
import { type Events, endedUnread } from './unread-events.ts';

/** Below this many held output tokens an open-ended stream asks for more. */
const EXTEND_BELOW_TOKENS = 512;
/** What is left of a balance when a stream is stopped by it is worth less than so many tokens. */
const EXTENSION_OUTPUT_TOKENS_MIN = 128;

/** The abort reason of a person who pressed stop, as opposed to one whose connection is gone. */
export const STOPPED_BY_PERSON = 'stopped by the person';

/** A call that asks once more, when its money is held, whether it may go upstream. */
export interface ConfirmedCall extends GatewayCall {
  /** Throws to stop the call: its hold is freed and nothing goes upstream. A call that goes on with the answer of this one says its id. */
  confirm?: ((goesOnAs?: string) => Promise<void>) | undefined;
}

/**
 * What a streamed call yields: parts of the answer, and one `end` after its charge stands in the books. `seam` stands at the first event of another
 * provider that goes on, which only happens where the caller has asked for `continue_on_error`.
 */
export type GatewayEvent = { seam?: Seam } & ({ type: 'part'; part: StreamPart } | { type: 'end'; end: CallEnd });

/** A streamed call whose first part has arrived. Its events have to be read, or left by `return`: the call ends with them. */
export interface GatewayStream {
  open: OpenCall;
  events: Events<GatewayEvent>;
}

interface Deps {
  catalog: Catalog;
  ledger: Ledger;
  providers: ProviderRegistry;
  database: Database;
  clock: Clock;
  logger: Logger;
  callLog: CallLog;
  /** Providers with people's own keys, and the share of the list price that is charged there, in basis points. */
  own?: { providers: OwnProviders; feeBps: number };
  /** Picks the models of calls to `q/auto`. */
  pickModels?: PickModels;
  states: StateCache;
}

interface Relay {
  open: OpenCall;
  meter: Meter;
  startedAt: number;
  parts: AsyncIterator<StreamPart>;
  upstreamRequestId: string | null;
  /** Set once the balance cannot bear more than what is held. */
  exhausted: boolean;
}

/** How an aborted or failed call ended, by who ended it. */
function outcomeOf(open: OpenCall, failure: unknown): Outcome {
  if (open.call.signal.aborted) return open.call.signal.reason === STOPPED_BY_PERSON ? 'stopped' : 'client_gone';
  return failure === null ? 'completed' : 'upstream_error';
}

/**
 * Ends an answer whose hold somebody else has ended: what still comes is not paid for. One that is whole but for its end is let through.
 * Throws AppError `service_unavailable`: that is neither the balance's nor the provider's doing.
 */
function stopIfLost({ open, meter }: Relay): void {
  const isWhole = meter.finish !== null && (open.call.request.n ?? 1) === 1;
  if (!open.hold.lost || isWhole) return;
  throw new AppError('service_unavailable', {
    message: 'This call was taken for one of a server that died, and was ended. What had come by then was charged.',
  });
}

/** Says when the balance is used up; an open-ended stream that comes near the end of its hold asks for more first. */
function withinBudget(deps: Deps, relay: Relay): boolean | Promise<boolean> {
  const { open, meter } = relay;
  stopIfLost(relay);
  if (open.hold.lost) return true;
  if (open.budget.outputCap !== null) return true;
  const isNear = countOutputTokens(meter.outputBytes) > open.budget.outputTokensHeld - EXTEND_BELOW_TOKENS;
  return isNear ? withinExtendedBudget(deps, relay) : true;
}

/** Lets a hold grow with its answer, up to the most that the answer can come to: beyond that nothing is charged, and it goes on. */
async function withinExtendedBudget(deps: Deps, relay: Relay): Promise<boolean> {
  const { open, meter } = relay;
  const { budget } = open;
  const ceiling = outputCeiling(budget, open.model, open.call.request.n);
  const tokens = countOutputTokens(meter.outputBytes);
  const grow = async (wished: number): Promise<boolean> => {
    const by = Math.min(wished, ceiling - budget.outputTokensHeld);
    if (by <= 0) return true;
    const priceOf = (output: number) => mostOfTokens(open.price, budget.inputTokensBound, output);
    // The difference, not the price of the piece: however many pieces, they are rounded up once.
    const nano = priceOf(budget.outputTokensHeld + by) - priceOf(budget.outputTokensHeld);
    const isGrown = await deps.ledger.extend(open.hold, { nano, tokens: BigInt(by) });
    if (isGrown) budget.outputTokensHeld += by;
    return isGrown;
  };
  if (!relay.exhausted) {
    const missing = tokens + EXTEND_BELOW_TOKENS - budget.outputTokensHeld;
    relay.exhausted = !(await grow(Math.max(EXTENSION_OUTPUT_TOKENS, missing)));
  }
  // The last of a balance comes in smaller pieces; and there may be more by now.
  const used = tokens + 1 - budget.outputTokensHeld;
  for (let by = EXTENSION_OUTPUT_TOKENS; used > 0 && by >= EXTENSION_OUTPUT_TOKENS_MIN; by /= 2)
    if (await grow(Math.max(by, used))) break;
  stopIfLost(relay);
  return tokens < budget.outputTokensHeld || budget.outputTokensHeld >= ceiling;
}

/** Ends an answer that is read no further; one that has ended already is left as it is. */
function leave(parts: AsyncIterator<StreamPart>): void {
  parts.return?.().catch(() => undefined);
}

/** Measures a whole streamed answer, for callers who choose by speed. */
function noteSpeed(deps: Deps, open: OpenCall, { outcome, ttftMs, durationMs, usage }: CallEnd): void {
  if (outcome !== 'completed' || ttftMs === null) return;
  const tokensPerSecond = (usage.outputTokens * 1_000) / Math.max(1, durationMs - ttftMs);
  deps.providers.health.noteSpeed(open.entry, open.model.id, { ttftMs, tokensPerSecond });
}

/** Relays parts until the answer ends, in whatever way, and then settles; `end` is yielded last. */
async function* relayParts(
  deps: Deps,
  relay: Relay,
  first: IteratorResult<StreamPart>,
): AsyncGenerator<GatewayEvent, void> {
  const { open, meter, parts } = relay;
  const state = createStateCollector(deps.states, open.call.caller.userId, ownerOf(open));
  let failure: unknown = null;
  let outcome: Outcome | null = null;
  let end: CallEnd | undefined;
  try {
    for (let next = first; !next.done; next = await parts.next()) {
      meterPart(meter, next.value, deps.clock.elapsed());
      if (meter.outputBytes > 0) {
        open.hold.delivered ??= countedUsage(meter, open.inputTokens);
        const ceiling = outputCeiling(open.budget, open.model, open.call.request.n);
        open.hold.delivered.outputTokens = Math.min(countOutputTokens(meter.outputBytes), ceiling);
      }
      const part = next.value.type === 'usage' ? null : state.note(next.value);
      if (part !== null) yield { type: 'part', part };
      const within = withinBudget(deps, relay);
      // Waiting for what is known already takes as long as reading a part.
      if (!(typeof within === 'boolean' ? within : await within)) {
        const shortOf = open.hold.shortOf ?? 'balance';
        outcome = `stopped_by_${shortOf}`;
        yield { type: 'part', part: { type: 'finish', choice: 0, reason: 'length', raw: shortOf } };
        break;
      }
    }
    outcome ??= outcomeOf(open, null);
  } catch (error) {
    failure = error;
    outcome = outcomeOf(open, error);
    if (error instanceof ProviderError) deps.providers.health.failed(open.entry, undefined, error);
  } finally {
    // Reached with no outcome when the reader left: the upstream call ends, and what was delivered is charged.
    leave(parts);
    const { startedAt, upstreamRequestId } = relay;
    end = await endCall(deps, open, {
      meter,
      startedAt,
      outcome: outcome ?? 'client_gone',
      failure,
      upstreamRequestId,
    });
  }
  noteSpeed(deps, open, end);
  yield { type: 'end', end };
}

/** Ends a call of whose answer nothing was relayed: nothing is charged. */
function leaveUnread(deps: Deps, relay: Relay): Promise<CallEnd> {
  const { open, parts, startedAt, upstreamRequestId } = relay;
  leave(parts);
  const nothing = { meter: createMeter(), outcome: 'client_gone' as const, failure: null };
  return endCall(deps, open, { ...nothing, startedAt, upstreamRequestId });
}

/** Ends a call that failed before its first part: nothing is charged, and the caller gets a status instead of a stream. */
async function failBeforeFirstPart(
  deps: Deps,
  relay: Omit<Relay, 'parts' | 'exhausted'>,
  failure: unknown,
): Promise<never> {
  const { open, meter, startedAt, upstreamRequestId } = relay;
  await endCall(deps, open, { meter, startedAt, outcome: outcomeOf(open, failure), failure, upstreamRequestId });
  throw toCallError(failure, open.entry.name) ?? failure;
}

async function openConfirmed(deps: Deps, call: ConfirmedCall): Promise<OpenCall> {
  const open = await openCall(deps, call);
  if (!call.confirm) return open;
  try {
    await call.confirm();
    return open;
  } catch (error) {
    await deps.ledger.void(open.hold, { reason: 'not_confirmed', attempts: [] });
    throw error;
  }
}

/** Asks as the caller wants it: with everything, or without what this provider cannot serve. */
function asking<T>(open: OpenCall, ask: (request: ChatRequest) => Promise<T>): Promise<T> {
  open.dropped = [];
  return open.call.request.drop_params ? askWithoutRefused(open.upstream, open.dropped, ask) : ask(open.upstream);
}

async function startStream(deps: Deps, call: ConfirmedCall): Promise<GatewayStream> {
  const open = await openConfirmed(deps, call);
  const relay = {
    open,
    meter: createMeter(),
    startedAt: deps.clock.elapsed(),
    upstreamRequestId: null as string | null,
  };
  try {
    const { parts, first } = await reachProvider(
      deps,
      open,
      () => passOn(deps, open),
      async (apiKey) => {
        const answer = await asking(open, (request) =>
          chatAdapterOf(open.entry, open.model).streamChat(request, { signal: call.signal, apiKey }),
        );
        relay.upstreamRequestId = answer.upstreamRequestId;
        const parts = answer.parts[Symbol.asyncIterator]();
        // Some providers answer 200 and then fail in their first event: the status is promised only once there is a first part.
        const first = await parts.next();
        if (first.done) throw new ProviderError('upstream', 'the answer was empty');
        return { parts, first };
      },
    );
    const relayed = { ...relay, parts, exhausted: false };
    return { open, events: endedUnread(relayParts(deps, relayed, first), () => leaveUnread(deps, relayed)) };
  } catch (error) {
    return failBeforeFirstPart(deps, relay, error);
  }
}

async function completeCall(
  deps: Deps,
  call: ConfirmedCall,
): Promise<{ open: OpenCall; result: ChatResult; end: CallEnd }> {
  const open = await openConfirmed(deps, call);
  const relay = {
    open,
    meter: createMeter(),
    startedAt: deps.clock.elapsed(),
    upstreamRequestId: null,
  };
  let result: ChatResult;
  try {
    const given = await reachProvider(
      deps,
      open,
      () => passOn(deps, open),
      (apiKey) =>
        asking(open, (request) => chatAdapterOf(open.entry, open.model).chat(request, { signal: call.signal, apiKey })),
    );
    result = collectState(deps.states, call.caller.userId, ownerOf(open), given);
    meterResult(relay.meter, result, deps.clock.elapsed());
  } catch (error) {
    return failBeforeFirstPart(deps, relay, error);
  }
  const { meter, startedAt } = relay;
  // The answer is there: it is charged even if the client has gone meanwhile.
  const end = await endCall(deps, open, {
    meter,
    startedAt,
    outcome: 'completed',
    failure: null,
    upstreamRequestId: result.upstreamRequestId,
  });
  return { open, result, end };
}

/** The gateway: resolve → hold → call → relay → settle, for every way a model can be reached. */
export function createGateway(given: Omit<Deps, 'callLog' | 'states'>) {
  const deps: Deps = { ...given, callLog: createCallLog(given), states: createStateCache(given.clock) };
  const missingCalls = createMissingCalls({ ...given, recovered: () => given.ledger.tally().recovered });
  return {
    /** A whole answer, charged. Throws AppError; nothing is charged then. */
    complete: (call: ConfirmedCall) => completeCall(deps, call),
    /** Resolves when the first part has arrived. Throws AppError before that; nothing is charged then. */
    async stream(call: ConfirmedCall): Promise<GatewayStream> {
      if (call.request.continue_on_error !== true) return startStream(deps, call);
      refuseUncontinuable(call.request);
      const first = await startStream(deps, call);
      const { confirm } = call;
      const events = continueStream(first, (next) =>
        startStream(deps, { ...next, confirm: confirm && (() => confirm(next.id)) }),
      );
      return { open: first.open, events: endedUnread(events, () => first.events.return()) };
    },
    /** Embeddings, charged. Throws AppError; nothing is charged then. */
    embed: (call: OneShotCall<EmbeddingsBody>) => embed(deps, call),
    /** Images, charged. Throws AppError; nothing is charged then. */
    generateImages: (call: OneShotCall<ImagesBody, ImageResult>) => generateImages(deps, call),
    /** Checks that a model can be called now; throws as a call would. */
    resolve: (modelId: string) => resolveModel(deps, modelId),
    /** A model that has not been retired, whoever could serve it; throws AppError 404 or 410. */
    find: (modelId: string) => findModel(deps.catalog, modelId),
    /** What a request would cost; nothing is held. */
    quote: (caller: GatewayCall['caller'], request: QuoteRequest) => quoteRequest(deps, caller, request),
    /** A page of a person's calls, those that have just ended included. */
    async calls(filter: Parameters<typeof listCalls>[1]) {
      await deps.callLog.flush();
      return listCalls(deps.database, filter);
    },
    /** Writes what is left of the usage log. */
    async close(): Promise<void> {
      await missingCalls.close();
      await deps.callLog.close();
    },
  };
}

export type Gateway = ReturnType<typeof createGateway>;
