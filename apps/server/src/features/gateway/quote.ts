import type { ChatCompletionRequest } from '@q/contract/chat';
import { formatUsd } from '@q/contract/money';
import type { QuoteRequest } from '@q/contract/quote';
import type { Caller } from '../../http/caller.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Database } from '../../platform/database/database.ts';
import { grossOf } from '../ledger/charge.ts';
import { mostSpendable, type Spendable } from '../ledger/hold.ts';
import { AUTO_MODEL, autoOf, nobodyServes, type PickedModels, withPicked } from './auto-model.ts';
import { mostOfTokens, priceOfTokens } from './budget.ts';
import { countEmbeddingTokens, embeddingAt, inputsOf } from './embed.ts';
import { imagesAt } from './generate-images.ts';
import { expectedImageUsage } from './image-usage.ts';
import { usageOf } from './one-shot-call.ts';
import { isOfTheCandidate, type OpenDeps, prepare, routeOf } from './open-call.ts';
import { typicalOutputTokens } from './quote-store.ts';
import type { Candidate } from './route.ts';

/** Output tokens of an answer by a model of which too few calls are known. */
const OUTPUT_TOKENS_UNKNOWN = 400;

interface Deps extends OpenDeps {
  database: Database;
}

/** The price of one request on one model; all amounts decimal strings of dollars. */
interface Quote {
  input_tokens: number;
  input_tokens_max: number;
  output_tokens_expected: number;
  output_tokens_max: number;
  minimum_usd: string;
  expected_usd: string;
  maximum_usd: string;
  hold_usd: string;
  affordable: boolean;
}

interface QuotedModel {
  model: string;
  auto?: { task: string; reason: string };
  quote: Quote | null;
  error: { code: string; message: string } | null;
}

type Asked<E extends QuoteRequest['endpoint'] = QuoteRequest['endpoint']> = Extract<QuoteRequest, { endpoint: E }> & {
  model: string;
};

/** A request on one model, and who could serve it, in the order in which a call would try them. */
interface Routed {
  asked: Asked;
  candidates: readonly Candidate[];
  picked: PickedModels | null;
}

/** What a request would come to at one candidate, in nano-dollars and tokens. */
interface Estimate {
  model: string;
  inputTokens: number;
  inputTokensMax: number;
  outputTokensExpected: number;
  outputTokensMax: number;
  least: bigint;
  likely: bigint;
  most: bigint;
  hold: bigint;
}

/** A chat request as it would be sent: `models` of a quote are compared, and do not stand in for each other. */
function chatOf({ endpoint: _, models: __, ...request }: Asked<'chat'>): ChatCompletionRequest {
  return request;
}

/** Who would serve the request. Throws AppError 400, 404, 410 or 503 as the call would. */
async function route(deps: Deps, userId: string, asked: Asked): Promise<Routed> {
  if (asked.endpoint !== 'chat' || asked.model !== AUTO_MODEL) {
    const { model, provider } = asked;
    return { asked, candidates: await routeOf(deps, userId, { model, provider }), picked: null };
  }
  const request = chatOf(asked);
  const picked = deps.pickModels?.(userId, request, 'quote') ?? nobodyServes();
  const candidates = await routeOf(deps, userId, withPicked(request, picked));
  return { asked, candidates, picked: picked instanceof AppError ? null : picked };
}

function chatAt(deps: Deps, userId: string, asked: Asked<'chat'>, typical: ReadonlyMap<string, number>) {
  const request = chatOf(asked);
  const call = { caller: { userId }, request, stream: request.stream === true };
  return (candidate: Candidate): Estimate => {
    const { model, price } = candidate;
    const { budget, inputTokens } = prepare(deps, call, candidate);
    const alternatives = request.n ?? 1;
    // A ceiling that is not named is sent upstream with a plain answer, and is the model's own with a stream.
    const outputTokensMax = (budget.outputCap ?? model.maxOutput) * alternatives;
    const usual = (typical.get(model.id) ?? OUTPUT_TOKENS_UNKNOWN) * alternatives;
    const outputTokensExpected = Math.min(usual, outputTokensMax);
    return {
      model: model.id,
      inputTokens,
      inputTokensMax: budget.inputTokensBound,
      outputTokensExpected,
      outputTokensMax,
      least: priceOfTokens(price, inputTokens, 1),
      likely: priceOfTokens(price, inputTokens, outputTokensExpected),
      most: mostOfTokens(price, budget.inputTokensBound, outputTokensMax),
      hold: budget.amount,
    };
  };
}

/** What would be used at least, likely and at most at one provider. */
function boundsAt(candidate: Candidate, request: Asked<'embeddings'> | Asked<'images'>) {
  if (request.endpoint === 'embeddings') {
    const { most } = embeddingAt(request)(candidate);
    const counted = usageOf({ inputTokens: countEmbeddingTokens(inputsOf(request.input)) });
    return { least: counted, likely: counted, most };
  }
  const { most } = imagesAt(request)(candidate);
  const { unit } = candidate.price;
  return { least: expectedImageUsage(unit, { ...request, n: 1 }), likely: expectedImageUsage(unit, request), most };
}

/** A request that is answered whole and is no chat. */
function oneShotAt(request: Asked<'embeddings'> | Asked<'images'>) {
  return (candidate: Candidate): Estimate => {
    const { model, price } = candidate;
    const { least, likely, most } = boundsAt(candidate, request);
    return {
      model: model.id,
      inputTokens: likely.inputTokens,
      inputTokensMax: most.inputTokens,
      outputTokensExpected: likely.outputTokens,
      outputTokensMax: most.outputTokens,
      least: grossOf(least, price),
      likely: grossOf(likely, price),
      most: grossOf(most, price),
      hold: grossOf(most, price),
    };
  };
}

/** An estimate of each candidate that can serve the request. Throws AppError, what the first was refused for, when none can. */
function estimateAll(candidates: readonly Candidate[], at: (candidate: Candidate) => Estimate) {
  const estimates: Estimate[] = [];
  let refusal: unknown;
  for (const candidate of candidates) {
    try {
      estimates.push(at(candidate));
    } catch (error) {
      if (!isOfTheCandidate(error)) throw error;
      refusal ??= error;
    }
  }
  const [first] = estimates;
  if (first === undefined) throw refusal;
  return { first, estimates };
}

/** The quote of whoever would be tried first. Another may answer: the least and the most are those of all of them. */
function quoteOf({ first, estimates }: ReturnType<typeof estimateAll>, spendable: Spendable): Quote {
  const least = estimates.map((each) => each.least);
  const most = estimates.map((each) => each.most);
  return {
    input_tokens: first.inputTokens,
    input_tokens_max: first.inputTokensMax,
    output_tokens_expected: first.outputTokensExpected,
    output_tokens_max: first.outputTokensMax,
    minimum_usd: formatUsd(least.reduce((left, right) => (right < left ? right : left))),
    expected_usd: formatUsd(first.likely),
    maximum_usd: formatUsd(most.reduce((left, right) => (right > left ? right : left))),
    hold_usd: formatUsd(first.hold),
    affordable: first.hold <= mostSpendable(spendable).nano,
  };
}

/**
 * What a request would cost before it is sent, on one model or on several. Nothing is held and nothing goes upstream.
 * Of several models, one that cannot be called has its error in its place; a single one throws it as the call would.
 */
export async function quoteRequest(
  deps: Deps,
  { userId, apiKey }: Pick<Caller, 'userId' | 'apiKey'>,
  request: QuoteRequest,
): Promise<{ data: QuotedModel[]; available_usd: string }> {
  const orRefusal = (error: unknown): AppError => {
    if (request.models === undefined || !(error instanceof AppError)) throw error;
    return error;
  };
  const models = request.models ?? [request.model ?? ''];
  const routes = await Promise.all(models.map((model) => route(deps, userId, { ...request, model }).catch(orRefusal)));
  const reached = routes.flatMap((each) => (each instanceof AppError ? [] : each.candidates));
  const [spendable, typical] = await Promise.all([
    deps.ledger.spendable({ userId, apiKey }),
    typicalOutputTokens(
      deps.database,
      reached.map(({ model }) => model.id),
    ),
  ]);
  const quoted = ({ asked, candidates, picked }: Routed): QuotedModel => {
    const at = asked.endpoint === 'chat' ? chatAt(deps, userId, asked, typical) : oneShotAt(asked);
    const all = estimateAll(candidates, at);
    return { model: all.first.model, ...autoOf(picked ?? undefined), quote: quoteOf(all, spendable), error: null };
  };
  const data = routes.map((each, index): QuotedModel => {
    try {
      if (each instanceof AppError) throw each;
      return quoted(each);
    } catch (error) {
      const { code, message } = orRefusal(error);
      return { model: models[index] ?? '', quote: null, error: { code, message } };
    }
  });
  return { data, available_usd: formatUsd(spendable.balance) };
}
