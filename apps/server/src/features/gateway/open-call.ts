import type { ChatCompletionRequest } from '@q/contract/chat';
import type { ChatRequest } from '@q/providers/spec/chat-model';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import type { PriceVersion } from '../catalog/price.ts';
import type { Catalog, CatalogModel } from '../catalog/service.ts';
import type { Attempt } from '../ledger/end-holds-store.ts';
import { type Hold, heldAmount, mostSpendable, type ShortOf } from '../ledger/hold.ts';
import type { Ledger } from '../ledger/service.ts';
import { AUTO_MODEL, asksForAuto, nobodyServes, type PickedModels, type PickModels, withPicked } from './auto-model.ts';
import { type Budget, budgetFor, clampBudget } from './budget.ts';
import { boundInputTokens, countInputTokens } from './estimate.ts';
import type { OwnProviders } from './own-providers.ts';
import type { ProviderEntry, ProviderRegistry } from './providers.ts';
import { ownerOf, piecesFor } from './reasoning-state.ts';
import { type Candidate, candidateAt, planRoute } from './route.ts';
import type { StateCache } from './state-cache.ts';
import { namedOutputCap, toUpstreamRequest } from './upstream-request.ts';

/** One request to a model, as it reaches the gateway. */
export interface GatewayCall {
  /** The request's id; also the id of its hold, its charge and its line in the usage log. */
  id: string;
  caller: Pick<Caller, 'userId' | 'apiKey'>;
  request: ChatCompletionRequest;
  stream: boolean;
  /** Aborted when the client is gone or has asked to stop. */
  signal: StopSignal;
  /** False when the caller wants a 402 rather than a lowered output ceiling. */
  clamp: boolean;
  /** Who may serve it, in this order, when that is known already. */
  route?: readonly Candidate[];
  /** The try that this call goes on from: its receipt begins with it. */
  continues?: Attempt;
  /** What was picked for it, where it left the model to the marketplace. */
  picked?: PickedModels;
}

/** A call whose money is held and that may go upstream. Another provider can take its place until the first part of an answer. */
export interface OpenCall {
  call: GatewayCall;
  model: CatalogModel;
  entry: ProviderEntry;
  price: PriceVersion;
  upstream: ChatRequest;
  hold: Hold;
  budget: Budget;
  /** A fair count of the input, charged only if the provider tells none. */
  inputTokens: number;
  /** The output ceiling, when it had to be lowered to what the balance or the API key's daily limit affords. */
  clampedTo: number | null;
  /** Parameters that were left out because this provider cannot serve them, as the caller allowed. */
  dropped: string[];
  /** Tries that failed before the one under way. */
  attempts: Attempt[];
  /** Who is tried if this provider fails. */
  others: Candidate[];
}

/** What is needed to find who could serve a call and to hold money for it. */
export interface RouteDeps {
  catalog: Catalog;
  ledger: Ledger;
  providers: ProviderRegistry;
  /** Providers with people's own keys, and the share of the list price that is charged there, in basis points. */
  own?: { providers: OwnProviders; feeBps: number };
}

/** What is needed to make a call ready for those who could serve it. */
export interface OpenDeps extends RouteDeps {
  /** Picks the models of calls to `q/auto`. */
  pickModels?: PickModels;
  /** What models want back with their tool calls, where clients do not give it back. */
  states: StateCache;
}

/** A call made ready for one candidate; nothing is held for it yet. */
interface Prepared {
  candidate: Candidate;
  upstream: ChatRequest;
  budget: Budget;
  inputTokens: number;
}

/** Finds a model that has not been retired. Throws AppError 404 or 410 (with the successor); 400 for `q/auto`, which stands for one. */
export function findModel(catalog: Catalog, modelId: string): CatalogModel {
  if (modelId === AUTO_MODEL)
    throw new AppError('invalid_request', {
      message: `${AUTO_MODEL} picks among models that chat. Name the model you want here.`,
      param: 'model',
    });
  const model = catalog.get(modelId);
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
  return model;
}

function notCallable(model: CatalogModel, { providers }: Pick<OpenDeps, 'providers'>): AppError {
  const why = providers.get(model.provider)
    ? `${model.provider} does not have it here now`
    : 'this marketplace has no key for its provider yet';
  return new AppError('model_unavailable', {
    message: `${model.id} is in the catalog, but ${why}. GET /v1/models lists models that can be called now.`,
    param: 'model',
  });
}

/** Who serves a model with the keys of this marketplace: its own provider, then the others that offer it. */
function platformCandidates({ providers }: Pick<OpenDeps, 'providers'>, model: CatalogModel): Candidate[] {
  const entry = providers.get(model.provider);
  const own = entry?.has?.(model.upstreamModel) === false ? undefined : entry;
  const others = model.offers.flatMap((offer) => {
    const entry = providers.get(offer.provider);
    return entry ? [candidateAt(model, offer, entry)] : [];
  });
  return [...(own ? [{ model, entry: own, price: model.price }] : []), ...others];
}

/** Finds a model and who serves it first with the keys of this marketplace. Throws AppError 404, 410 (with the successor) or 503. */
export function resolveModel(deps: Pick<OpenDeps, 'catalog' | 'providers'>, modelId: string): Candidate {
  const model = findModel(deps.catalog, modelId);
  const [first] = platformCandidates(deps, model);
  if (!first) throw notCallable(model, deps);
  return first;
}

/** The caller's own key for the provider of a model, sold for the fee that stands in place of the price. */
async function ownCandidate(deps: RouteDeps, userId: string, modelId: string): Promise<Candidate | null> {
  const model = deps.catalog.get(modelId);
  if (deps.own === undefined || model === undefined || model.status === 'retired') return null;
  const entry = await deps.own.providers.entryFor(userId, model.provider);
  return entry ? { model, entry, price: { ...model.price, mode: 'byok', feeBps: deps.own.feeBps } } : null;
}

const NO_CANDIDATES: ReadonlyMap<string, Candidate> = new Map();

async function ownCandidates(
  deps: RouteDeps,
  userId: string,
  { model, models }: Pick<ChatCompletionRequest, 'model' | 'models'>,
): Promise<ReadonlyMap<string, Candidate>> {
  const own = new Map<string, Candidate>();
  for (const id of [model, ...(models ?? [])]) {
    const candidate = await ownCandidate(deps, userId, id);
    if (candidate) own.set(id, candidate);
  }
  return own;
}

/** The request with models that can be looked up; what was picked is noted on the call. */
function requestOf({ pickModels }: OpenDeps, call: GatewayCall): ChatCompletionRequest {
  const { request, caller } = call;
  if (!asksForAuto(request)) return request;
  const picked = pickModels?.(caller.userId, request, 'call') ?? nobodyServes();
  if (!(picked instanceof AppError)) call.picked = picked;
  return withPicked(request, picked);
}

/** Who could serve a person's request, in the order they are tried. Throws AppError 400, 404, 410 or 503 when nobody can. */
export async function routeOf(
  deps: RouteDeps,
  userId: string,
  request: Pick<ChatCompletionRequest, 'model' | 'models' | 'provider'>,
): Promise<Candidate[]> {
  const own =
    deps.own?.providers.hasNone(userId) === false ? await ownCandidates(deps, userId, request) : NO_CANDIDATES;
  const resolve = (id: string): Candidate[] => {
    const model = findModel(deps.catalog, id);
    const first = own.get(id);
    const all = [...(first ? [first] : []), ...platformCandidates(deps, model)];
    if (all.length === 0) throw notCallable(model, deps);
    return all;
  };
  return planRoute({ resolve, health: deps.providers.health }, request);
}

/** Our count of the input is rough: only what is far too long is refused here, and the provider has the last word. */
const CONTEXT_TOLERANCE = 2;

/**
 * Refuses what the model cannot read. Above the window that is sold, a provider's price can step up (its own window is larger):
 * there the limit is strict, since the price in force would not cover the cost.
 */
function refuseTooLong(model: CatalogModel, inputTokens: number): void {
  if (model.contextWindow === 0) return;
  const limit = model.providerContextWindow === null ? model.contextWindow * CONTEXT_TOLERANCE : model.contextWindow;
  if (inputTokens <= limit) return;
  throw new AppError('invalid_request', {
    message: `The messages are about ${inputTokens} tokens long; ${model.id} reads at most ${model.contextWindow} here.`,
    param: 'messages',
  });
}

/** Makes a call ready for one candidate, with nothing held. Throws AppError for what this candidate cannot do. */
export function prepare(
  { states }: Pick<OpenDeps, 'states'>,
  call: Pick<GatewayCall, 'request' | 'stream'> & { caller: { userId: string } },
  candidate: Candidate,
): Prepared {
  const { request, stream } = call;
  const { model, price } = candidate;
  const owner = ownerOf(candidate);
  const upstream = toUpstreamRequest(request, model, (message) => {
    const given = piecesFor(owner, message);
    return given.length > 0 ? given : states.find(call.caller.userId, owner, message.tool_calls ?? []);
  });
  const budget = budgetFor({
    price,
    inputTokensBound: boundInputTokens(upstream),
    namedCap: namedOutputCap(request, model),
    modelMaxOutput: model.maxOutput,
    stream,
    alternatives: request.n ?? 1,
  });
  const inputTokens = countInputTokens(upstream);
  refuseTooLong(model, inputTokens);
  return { candidate, upstream, budget, inputTokens };
}

const tokensOf = (budget: Budget) => BigInt(budget.inputTokensBound + budget.outputTokensHeld);
/** What a hold says of the candidate that serves its call. */
export const termsOf = ({ model, entry, price }: Candidate) => ({
  modelId: model.id,
  provider: entry.id,
  price,
  payee: entry.id,
});

/** The budget lowered to so many nano-dollars; null when the caller named its ceiling, or when too little would be left. */
function lowered(
  { candidate, budget }: Prepared,
  call: GatewayCall,
  available: { nano: bigint; shortOf: ShortOf },
): Budget | null {
  // A fee is too small a part of the price to be worth a shorter answer.
  if (budget.named || !call.clamp || candidate.price.mode === 'byok') return null;
  return clampBudget(budget, candidate.price, available, call.request.n ?? 1);
}

/** What an open call knows of the candidate that serves it. */
function servedBy({ candidate, upstream, inputTokens }: Prepared, budget: Budget) {
  const { model, entry, price } = candidate;
  upstream.maxOutputTokens = budget.outputCap ?? undefined;
  return { model, entry, price, upstream, budget, inputTokens, clampedTo: budget.loweredFor && budget.outputCap };
}

/** Whether a hold was refused because the balance, or the API key's daily limit, does not bear it. */
const isShort = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'insufficient_balance' || error.code === 'rate_limited');

/** Holds the budget; an open one is lowered to what is there when it does not fit. */
async function holdFor(deps: OpenDeps, call: GatewayCall, prepared: Prepared, others: Candidate[]): Promise<OpenCall> {
  const { candidate } = prepared;
  const hold = (budget: Budget) =>
    deps.ledger.hold({
      id: call.id,
      userId: call.caller.userId,
      apiKey: call.caller.apiKey,
      ...termsOf(candidate),
      amount: budget.amount,
      tokensMax: candidate.price.unit === 'token' && candidate.price.mode !== 'byok' ? tokensOf(budget) : null,
    });
  const opened = (held: Hold, budget: Budget): OpenCall => {
    const { model, entry, price, upstream, inputTokens, clampedTo } = servedBy(prepared, budget);
    const attempts = call.continues ? [call.continues] : [];
    return {
      call,
      model,
      entry,
      price,
      upstream,
      hold: held,
      budget,
      inputTokens,
      clampedTo,
      dropped: [],
      attempts,
      others,
    };
  };
  try {
    return opened(await hold(prepared.budget), prepared.budget);
  } catch (error) {
    if (!isShort(error)) throw error;
    const budget = lowered(prepared, call, mostSpendable(await deps.ledger.spendable(call.caller)));
    if (!budget) throw error;
    return opened(await hold(budget), budget);
  }
}

/** Whether another candidate may do better. After an outage nobody knows whether the hold stands: another under its id would be a fault. */
export const isOfTheCandidate = (error: unknown): boolean =>
  error instanceof AppError && error.code !== 'service_unavailable';

/**
 * Everything that happens before a byte goes upstream: route, request, budget, hold. A candidate that cannot serve the request, or that
 * the balance does not bear, leaves it to the next. Throws AppError, what the first candidate was refused for, with nothing held.
 */
export async function openCall(deps: OpenDeps, call: GatewayCall): Promise<OpenCall> {
  const candidates = call.route ?? (await routeOf(deps, call.caller.userId, requestOf(deps, call)));
  let refusal: unknown;
  for (const [index, candidate] of candidates.entries()) {
    try {
      return await holdFor(deps, call, prepare(deps, call, candidate), candidates.slice(index + 1));
    } catch (error) {
      if (!isOfTheCandidate(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Gives the hold to a candidate; an open budget that the balance does not bear is lowered to what is held already. */
async function redirectTo(deps: OpenDeps, open: OpenCall, prepared: Prepared): Promise<boolean> {
  const { hold, call } = open;
  const terms = termsOf(prepared.candidate);
  const redirect = (budget: Budget) =>
    deps.ledger.redirect(hold, terms, { nano: budget.amount, tokens: tokensOf(budget) });
  let { budget } = prepared;
  if (!(await redirect(budget))) {
    const held = { nano: heldAmount(hold), shortOf: hold.shortOf ?? 'balance' };
    const less = hold.asset === 'USD' && !hold.lost ? lowered(prepared, call, held) : null;
    if (less === null || !(await redirect(less))) return false;
    budget = less;
  }
  Object.assign(open, servedBy(prepared, budget));
  return true;
}

/** Gives an open call that has brought nothing yet to the next candidate that can serve it. False when there is none. */
export async function passOn(deps: OpenDeps, open: OpenCall): Promise<boolean> {
  for (let next = open.others.shift(); next !== undefined; next = open.others.shift()) {
    try {
      if (await redirectTo(deps, open, prepare(deps, open.call, next))) return true;
    } catch (error) {
      if (!isOfTheCandidate(error)) throw error;
    }
  }
  return false;
}
