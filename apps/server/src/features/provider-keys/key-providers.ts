import { ANTHROPIC_ERRORS } from '@q/providers/anthropic/errors';
import { COHERE_ERRORS } from '@q/providers/cohere/errors';
import { GOOGLE_ERRORS } from '@q/providers/google/errors';
import type { ErrorReader, Route } from '@q/providers/http/call';
import { errorFromAnswer, errorFromObject } from '@q/providers/openai-compatible/errors';
import { STABILITY_ERRORS } from '@q/providers/stability/errors';
import type { Config } from '../../config.ts';

type ProviderConfig = Pick<
  Config,
  'openai' | 'anthropic' | 'google' | 'huggingface' | 'mistral' | 'cohere' | 'stability'
>;

/** A provider that people may have a key of their own for, and how one is tried out. */
export interface KeyProvider {
  id: string;
  /** The name people know it by, as it stands in messages. */
  name: string;
  /** Where this marketplace has it, as its operator says: loopback is allowed. */
  baseUrl: string;
  /** True: a person may have it somewhere else, which takes a format that other servers speak as well. */
  takesBaseUrl: boolean;
  /** What a key is tried with: a resource below `baseUrl` that costs nothing and that nobody gets without a good key. */
  testUrl(baseUrl: string): string;
  keyHeader: Route['keyHeader'];
  headers: Record<string, string>;
  errors: ErrorReader;
}

const COMPATIBLE_ERRORS: ErrorReader = { fromAnswer: errorFromAnswer, fromObject: errorFromObject };
const HUGGING_FACE_ROUTER = 'https://router.huggingface.co/v1';

/** Puts a path behind that of a base URL, whose query stays. `version` is left out of the base URL where it ends in it. */
function below(baseUrl: string, path: string, version = ''): string {
  const url = new URL(baseUrl);
  const prefix = url.pathname.replace(/\/+$/, '');
  const root = version !== '' && prefix.endsWith(version) ? prefix.slice(0, -version.length) : prefix;
  url.pathname = `${root}${path}`;
  return url.href;
}

const bearer: Route['keyHeader'] = (apiKey) => ['authorization', `Bearer ${apiKey}`];
const listOfModels = (baseUrl: string) => below(baseUrl, '/models');

/** Those that speak OpenAI's format. */
function compatible({ openai, mistral, huggingface }: ProviderConfig): KeyProvider[] {
  const format = { takesBaseUrl: true, keyHeader: bearer, headers: {}, errors: COMPATIBLE_ERRORS };
  return [
    { ...format, id: 'openai', name: 'OpenAI', baseUrl: openai.baseUrl, testUrl: listOfModels },
    { ...format, id: 'mistral', name: 'Mistral', baseUrl: mistral.baseUrl, testUrl: listOfModels },
    {
      ...format,
      id: 'huggingface',
      name: 'Hugging Face',
      baseUrl: huggingface.baseUrl,
      // Its list of models is open to everybody, so it says nothing of a key.
      testUrl: (baseUrl) =>
        baseUrl === HUGGING_FACE_ROUTER ? 'https://huggingface.co/api/whoami-v2' : listOfModels(baseUrl),
    },
  ];
}

/** Every provider with an adapter that needs a key. */
export function createKeyProviders(config: ProviderConfig): KeyProvider[] {
  const format = { takesBaseUrl: false, headers: {} };
  return [
    ...compatible(config),
    {
      ...format,
      id: 'anthropic',
      name: 'Anthropic',
      baseUrl: config.anthropic.baseUrl,
      testUrl: (baseUrl) => below(baseUrl, '/v1/models', '/v1'),
      keyHeader: (apiKey) => ['x-api-key', apiKey],
      headers: { 'anthropic-version': '2023-06-01' },
      errors: ANTHROPIC_ERRORS,
    },
    {
      ...format,
      id: 'google',
      name: 'Google',
      baseUrl: config.google.baseUrl,
      testUrl: listOfModels,
      keyHeader: (apiKey) => ['x-goog-api-key', apiKey],
      errors: GOOGLE_ERRORS,
    },
    {
      ...format,
      id: 'cohere',
      name: 'Cohere',
      baseUrl: config.cohere.baseUrl,
      testUrl: (baseUrl) => below(baseUrl, '/v1/models', '/v2'),
      keyHeader: bearer,
      errors: COHERE_ERRORS,
    },
    {
      ...format,
      id: 'stability',
      name: 'Stability AI',
      baseUrl: config.stability.baseUrl,
      testUrl: (baseUrl) => below(baseUrl, '/v1/user/balance'),
      keyHeader: bearer,
      errors: STABILITY_ERRORS,
    },
  ];
}
