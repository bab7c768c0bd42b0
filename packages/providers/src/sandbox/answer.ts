import { byContext, fittingModels, mentionedModels, spread } from './choose-models.ts';
import { compactTokens, factsOf, languageOf, NOTES, standingOf, table } from './format.ts';
import type { SandboxKnowledge, SandboxModelFact } from './knowledge.ts';
import { createModelIndex, type IndexedModel } from './model-index.ts';
import { costOf, isFree, priceSentence, priceText, readPrice } from './price.ts';
import { type Question, understand } from './understand.ts';
import { hasAny } from './words.ts';

/** An answer as Markdown, and the ids of the models it names, in order. */
export interface SandboxAnswer {
  text: string;
  models: string[];
}

/** One part of an answer before it is written out. */
interface Draft {
  text: string;
  models: readonly SandboxModelFact[];
}

const LISTED_MAX = 12;
const CHEAPEST_COUNT = 5;
const FREE_COUNT = 2;
const SUCCESSIONS_MAX = 5;
const LONGEST_COUNT = 5;

/**
 * Makes what answers questions about the marketplace from what is known, always in the same way.
 * Every answer ends by saying that it comes from a demonstration and not from a language model.
 */
export function createAnswerer(knowledge: SandboxKnowledge) {
  const index = createModelIndex();
  /** `earlier` are the questions before this one, the latest first. */
  return (text: string, earlier: readonly string[]): SandboxAnswer => {
    const indexed = index.read(knowledge.models());
    const question = understand(text, earlier, { models: indexed, docs: knowledge.docs() });
    const draft = chooseAnswer(question, indexed);
    return {
      text: `${draft.text}\n\n${NOTES[languageOf(question.words)]}`,
      models: [...new Set(draft.models.map((model) => model.id))],
    };
  };
}

/** The first kind of answer that the question asks for, the most certain kinds before the others. */
function chooseAnswer(question: Question, indexed: readonly IndexedModel[]): Draft {
  const { asks, named } = question;
  const models = indexed.map(({ model }) => model);
  if (asks.identity) return introduction();
  if (asks.howTo && question.doc && !asks.price) return document(question);
  if (named.exact.length > 1) return comparison(question, named.exact);
  if (named.exact[0]) return aboutModel(question, named.exact[0], models);
  if (named.family[0]) return family(question, named.family, models);
  return aboutMany(question, models) ?? smallTalk(question, indexed);
}

function aboutMany(question: Question, models: readonly SandboxModelFact[]): Draft | null {
  const { asks, needs, providers } = question;
  if (asks.count && !asks.cheap) return counts(models);
  if (asks.retired && needs.length === 0) return retiredModels(question, models);
  const wantsModels = asks.recommend || asks.list || needs.length > 0;
  if (question.doc && !wantsModels && !asks.cheap) return document(question);
  if (asks.cheap || asks.free) return cheapest(question, models);
  if (asks.context || question.contextTokens !== null) return longest(question, models);
  if (providers.length > 0 && needs.length === 0) return providerModels(question, models);
  if (asks.list && needs.length === 0 && !asks.recommend) return overview(models);
  if (wantsModels || question.priceLimit !== null) return recommendation(question, models);
  return question.doc ? document(question) : null;
}

function smallTalk(question: Question, models: readonly IndexedModel[]): Draft {
  if (question.words.list.length === 0 || question.asks.help) return introduction();
  const isGreeting = question.asks.greeting && question.words.list.length <= 4;
  if (isGreeting) return introduction('Hello! ');
  const guesses = mentionedModels(question, models).slice(0, 3);
  if (guesses.length === 0) return { text: `${CANNOT}\n\n${EXAMPLES}`, models: [] };
  return {
    text: `${CANNOT} These models fit your words and might:\n\n${table(guesses)}\n\n${EXAMPLES}`,
    models: guesses,
  };
}

const CANNOT =
  'I cannot do that: I am a demonstration built into this marketplace and not a language model, so I only know its catalog and its manual.';

const EXAMPLES = [
  'What I can answer, for example:',
  '- *Which model is good for coding?* · *cheapest model that reads images* · *long context under $1*',
  '- *What does GPT-5.5 cost for 2,000 input and 300 output tokens?* · *compare two models*',
  '- *What replaced Claude 3 Opus?* · *models of Mistral*',
  '- *How do I get an API key?* · *How am I billed?* · *How do I top up?*',
].join('\n');

function introduction(greeting = ''): Draft {
  const text = `${greeting}I am the sandbox: a demonstration built into this marketplace, not a language model. I answer from the catalog and the manual, and each call is metered and charged like any other, so that you can try everything without a provider's key.`;
  return { text: `${text}\n\n${EXAMPLES}`, models: [] };
}

function document(question: Question): Draft {
  const { doc, named } = question;
  const model = named.exact[0];
  const hint = model
    ? `\n\nFor ${model.name}, send \`"model": "${model.id}"\`: ${standingOf(model)}; ${priceSentence(model)}.`
    : '';
  return { text: `**${doc?.title ?? ''}**\n\n${doc?.text ?? ''}${hint}`, models: model ? [model] : [] };
}

function successorOf(model: SandboxModelFact, models: readonly SandboxModelFact[]): SandboxModelFact | null {
  const find = (id: string | null) => models.find((one) => one.id === id);
  let next = find(model.successor);
  // A successor can have been retired in its turn.
  for (let step = 0; step < SUCCESSIONS_MAX && next?.status === 'retired'; step += 1) next = find(next.successor);
  return next && next.id !== model.id ? next : null;
}

function aboutModel(question: Question, model: SandboxModelFact, models: readonly SandboxModelFact[]): Draft {
  const isLeaving = model.status !== 'active';
  const successor = successorOf(model, models);
  if (model.status === 'retired') return retirement(question, model, successor);
  const leaving = isLeaving && successor ? `\n\nIts provider is phasing it out; ${linkTo(successor)} follows it.` : '';
  const mentioned = successor ? [model, successor] : [model];
  if (question.asks.price || question.asks.cheap) return { text: price(question, model) + leaving, models: mentioned };
  const answerToNeed = capabilityAnswer(question, model);
  return { text: `${answerToNeed}${factsOf(model)}\n\n${price(question, model)}${leaving}`, models: mentioned };
}

function capabilityAnswer(question: Question, model: SandboxModelFact): string {
  const need = question.needs[0];
  if (!need) return '';
  const isListed = model.capabilities.includes(need.capability);
  return `${isListed ? 'Yes' : 'Not by its catalog entry'}: ${model.name} is ${isListed ? '' : 'not '}listed for ${need.label}.\n\n`;
}

function retirement(question: Question, model: SandboxModelFact, successor: SandboxModelFact | null): Draft {
  const start = `**${model.name}** (\`${model.id}\`) has been retired by its provider and cannot be called.`;
  if (!successor) return { text: `${start} The catalog names no successor.`, models: [model] };
  const then = `Use ${linkTo(successor)} instead: change only the \`model\` field.`;
  return {
    text: `${start} ${then}\n\n${factsOf(successor)}\n\n${price(question, successor)}`,
    models: [successor, model],
  };
}

function linkTo(model: SandboxModelFact): string {
  return `**${model.name}** (\`${model.id}\`)`;
}

function price(question: Question, model: SandboxModelFact): string {
  const { inputTokens } = question;
  const isInputOnly = readPrice(model.outputPricePerMillion) === 0n && !isFree(model);
  const outputTokens = isInputOnly ? 0n : question.outputTokens;
  const cost = costOf(model, inputTokens, outputTokens);
  if (cost === null) return `${linkTo(model)} is not sold by the token: ${priceText(model)}.`;
  const amounts = isInputOnly ? `${thousands(inputTokens)} input tokens` : amountsOf(question);
  return `${linkTo(model)} costs **${priceSentence(model)}**. A call of ${amounts} costs **$${cost}**.`;
}

function amountsOf({ inputTokens, outputTokens }: Question): string {
  return `${thousands(inputTokens)} input and ${thousands(outputTokens)} output tokens`;
}

function thousands(amount: bigint): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function comparison(question: Question, models: readonly SandboxModelFact[]): Draft {
  const compared = models.slice(0, 5);
  const costs = compared.flatMap((model) => {
    const cost = costOf(model, question.inputTokens, question.outputTokens);
    return cost === null ? [] : [`${model.name} $${cost}`];
  });
  const example = costs.length > 0 ? `\n\nA call of ${amountsOf(question)}: ${costs.join(' · ')}.` : '';
  return { text: `${table(compared)}${example}`, models: compared };
}

function family(question: Question, found: readonly SandboxModelFact[], models: readonly SandboxModelFact[]): Draft {
  const [only] = found;
  if (only && found.length === 1) return aboutModel(question, only, models);
  const costs = question.asks.price ? `\n\n${found.map((model) => price(question, model)).join('\n\n')}` : '';
  return { text: `These come closest to what you named:\n\n${table(found)}${costs}`, models: found };
}

function cheapest(question: Question, models: readonly SandboxModelFact[]): Draft {
  const fitting = fittingModels(question, models);
  if (fitting.length === 0) return nothingFits(question, models);
  const free = fitting.filter(isFree).slice(0, question.asks.free ? CHEAPEST_COUNT : FREE_COUNT);
  const paid = fitting.filter((model) => !isFree(model)).slice(0, CHEAPEST_COUNT - free.length);
  const shown = question.asks.free ? free : [...free, ...paid];
  const what = question.asks.free ? 'Free models' : 'The cheapest models';
  return { text: `${what}${forNeeds(question)}:\n\n${table(shown)}`, models: shown };
}

function longest(question: Question, models: readonly SandboxModelFact[]): Draft {
  const found = fittingModels(question, models).sort(byContext).slice(0, LONGEST_COUNT);
  if (found.length === 0) return nothingFits(question, models);
  const least = question.contextTokens === null ? '' : ` that take ${compactTokens(question.contextTokens)} tokens`;
  return { text: `Models${least}${forNeeds(question)}, the longest context first:\n\n${table(found)}`, models: found };
}

function recommendation(question: Question, models: readonly SandboxModelFact[]): Draft {
  const fitting = fittingModels(question, models);
  const picks = spread(question, fitting);
  if (picks.length === 0) return nothingFits(question, models);
  const isAsked = question.asks.recommend || question.asks.list || question.priceLimit !== null;
  const refusal = isAsked ? '' : `${CANNOT} But the catalog has models that can: `;
  const start = `${refusal}${fitting.length} ${fitting.length === 1 ? 'model fits' : 'models fit'}${forNeeds(question)}. Over the range of prices:`;
  const hint = 'I know capabilities and prices, not quality or speed: for a ranking with reasons, ask **Q Assistant**.';
  return { text: `${start}\n\n${table(picks)}\n\n${hint}`, models: picks };
}

function nothingFits(question: Question, models: readonly SandboxModelFact[]): Draft {
  const wider = fittingModels(
    {
      ...question,
      priceLimit: null,
      contextTokens: null,
      providers: [],
      asks: { ...question.asks, free: false, context: false },
    },
    models,
  );
  const shown = wider.slice(0, 3);
  const text = `No model in the catalog fits all of that${forNeeds(question)}.`;
  return shown.length === 0
    ? { text, models: [] }
    : { text: `${text} Without the limits:\n\n${table(shown)}`, models: shown };
}

function forNeeds(question: Question): string {
  const labels = question.needs.map((need) => need.label);
  const needs = labels.length === 0 ? '' : ` for ${labels.join(' and ')}`;
  const limit = question.priceLimit === null ? '' : ` at up to $${question.priceLimit} per million input tokens`;
  const from = question.providers.length === 0 ? '' : ` from ${question.providers.join(' and ')}`;
  return needs + limit + from;
}

function providerModels(question: Question, models: readonly SandboxModelFact[]): Draft {
  const all = models.filter((model) => question.providers.includes(model.provider));
  const current = all.filter((model) => model.status !== 'retired');
  const shown = current.slice(0, LISTED_MAX);
  const more =
    current.length > shown.length ? `\n\n…and ${current.length - shown.length} more on the marketplace page.` : '';
  const gone = all.length > current.length ? ` (${all.length - current.length} retired ones not shown)` : '';
  return {
    text: `${question.providers.join(' and ')}: ${current.length} models${gone}.\n\n${table(shown)}${more}`,
    models: shown,
  };
}

function retiredModels(question: Question, models: readonly SandboxModelFact[]): Draft {
  const status = hasAny(question.words, ['deprecat*', 'phased out']) ? 'deprecated' : 'retired';
  const { providers } = question;
  const leaving = models.filter(
    (model) => model.status === status && (providers.length === 0 || providers.includes(model.provider)),
  );
  if (leaving.length === 0) return { text: `The catalog lists no ${status} model there.`, models: [] };
  const shown = leaving.slice(0, LISTED_MAX);
  const lines = shown.map((model) => {
    const successor = successorOf(model, models);
    return `- ${model.name} (\`${model.id}\`) → ${successor ? linkTo(successor) : 'no successor named'}`;
  });
  const more = leaving.length > shown.length ? `\n- …and ${leaving.length - shown.length} more` : '';
  const title = status === 'retired' ? 'Retired models' : 'Models that still answer but are being phased out';
  return { text: `${title}, and what follows them:\n\n${lines.join('\n')}${more}`, models: shown };
}

function counts(models: readonly SandboxModelFact[]): Draft {
  const retired = models.filter((model) => model.status === 'retired').length;
  const available = models.filter((model) => model.available).length;
  const byProvider = new Map<string, number>();
  for (const model of models) byProvider.set(model.provider, (byProvider.get(model.provider) ?? 0) + 1);
  const list = [...byProvider].map(([provider, count]) => `${provider} ${count}`).join(' · ');
  return {
    text: `The catalog has **${models.length} models** of ${byProvider.size} providers; ${retired} of them are retired, and ${available} can be called here now.\n\n${list}`,
    models: [],
  };
}

function overview(models: readonly SandboxModelFact[]): Draft {
  return { text: `${counts(models).text}\n\nName a provider or a task and I list the models that fit.`, models: [] };
}
