import { askWhole } from '../http/ask-whole.ts';
import type { Route } from '../http/call.ts';
import type { HttpProviderConfig } from '../http/chat-provider.ts';
import { ANSWER_BYTES_MAX, DEFAULT_DEADLINES } from '../http/limits.ts';
import { asObject, asText } from '../http/parse-json.ts';
import type { UpstreamDispatcher } from '../http/post-json.ts';
import { createUpstreamAgent } from '../http/upstream-agent.ts';
import { ProviderError } from '../spec/provider-error.ts';
import { ollamaAddress } from './address.ts';
import { OLLAMA_ERRORS } from './errors.ts';

/** A model that an Ollama server has on its disk. */
export interface OllamaModel {
  /** The name it is called by, such as `llama3.2:3b`. */
  name: string;
  sizeBytes: number | null;
  /** The most tokens it was made for; the server's own setting may be less. Null when it does not say. */
  contextLength: number | null;
  /** Ollama's words, such as `completion`, `tools`, `vision`, `thinking`, `embedding`; empty when an older server does not say. */
  capabilities: string[];
}

/** Where to look and for how long. */
export interface ListModelsOptions extends Pick<HttpProviderConfig, 'baseUrl' | 'dispatcher'> {
  /** Aborts the calls at once. */
  signal: AbortSignal;
  /** How long each answer may take, in milliseconds: people wait for it. */
  answerMs?: number;
}

const MODELS_MAX = 500;
/** Questions about single models under way at once. */
const ASKED_AT_ONCE = 4;
const ANSWER_MS = 5_000;

/**
 * The models of an Ollama server: `GET /api/tags`, then `POST /api/show` for each. One that the server cannot describe is listed without details.
 * Throws ProviderError `unavailable` when nothing listens there, and other kinds as calls do.
 */
export async function listOllamaModels(options: ListModelsOptions): Promise<OllamaModel[]> {
  // Opens nothing until it is called upon.
  const pool = createUpstreamAgent(options.answerMs ?? ANSWER_MS);
  try {
    const ask = createAsker(options, options.dispatcher ?? pool);
    const listed = readTags(await ask('/api/tags', null));
    const models: OllamaModel[] = listed.map((model) => ({ ...model, contextLength: null, capabilities: [] }));
    const waiting = models.values();
    const describe = async () => {
      for (const model of waiting) Object.assign(model, await detailsOf(model.name, ask));
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, describe));
    return models;
  } finally {
    await pool.close();
  }
}

/** Asks a path of the server, posting the body if there is one, and reads the JSON of the answer. */
type Ask = (path: string, body: Record<string, unknown> | null) => Promise<unknown>;

function createAsker(
  { baseUrl, signal, answerMs = ANSWER_MS }: ListModelsOptions,
  dispatcher: UpstreamDispatcher,
): Ask {
  const url = new URL(ollamaAddress(baseUrl));
  const prefix = url.pathname.replace(/\/+$/, '');
  const deadlines = { ...DEFAULT_DEADLINES, wholeAnswerMs: answerMs, idleMs: answerMs, totalMs: 2 * answerMs };
  const route: Route = {
    dispatcher,
    origin: url.origin,
    headers: {},
    keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
    errors: OLLAMA_ERRORS,
    deadlines,
  };
  return (path, body) =>
    askWhole<unknown>(
      route,
      { signal },
      {
        write: () => ({ path: `${prefix}${path}`, body, accept: 'application/json', firstMs: answerMs }),
        bytesMax: ANSWER_BYTES_MAX,
        read: (answer) => answer,
      },
    );
}

function readTags(value: unknown): Pick<OllamaModel, 'name' | 'sizeBytes'>[] {
  const given = asObject<'models'>(value)?.models;
  if (!Array.isArray(given)) throw new ProviderError('upstream', 'The server answered without a list of models.');
  return given.slice(0, MODELS_MAX).flatMap((entry) => {
    const model = asObject<'name' | 'model' | 'size'>(entry);
    const name = asText(model?.name) ?? asText(model?.model);
    return name === null ? [] : [{ name, sizeBytes: wholeNumber(model?.size) }];
  });
}

async function detailsOf(name: string, ask: Ask): Promise<Pick<OllamaModel, 'contextLength' | 'capabilities'> | null> {
  try {
    const details = asObject<'model_info' | 'capabilities'>(await ask('/api/show', { model: name }));
    const words = Array.isArray(details?.capabilities) ? details.capabilities : [];
    return {
      contextLength: contextLengthOf(details?.model_info),
      capabilities: words.filter((word) => typeof word === 'string'),
    };
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'aborted') throw error;
    return null;
  }
}

/** `llama.context_length` and the like: the name begins with the architecture of the model. */
function contextLengthOf(value: unknown): number | null {
  const info = asObject<string>(value) ?? {};
  const own = `${asText(info['general.architecture']) ?? ''}.context_length`;
  const name = own in info ? own : Object.keys(info).find((key) => key.endsWith('.context_length'));
  return name === undefined ? null : wholeNumber(info[name]);
}

function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
