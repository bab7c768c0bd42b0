import { answerError, unparsedMessage } from '../http/answer-error.ts';
import type { ErrorReader } from '../http/call.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import { redact } from '../http/redact.ts';
import { ProviderError, type ProviderErrorKind } from '../spec/provider-error.ts';

const FAULTS_SHOWN = 5;
/** Fields of Stability's form, as parameters of OpenAI's image format. A fault begins with the name of its field. */
const PARAMS: ReadonlyMap<string, string> = new Map([
  ['prompt', 'prompt'],
  ['aspect_ratio', 'size'],
  ['output_format', 'output_format'],
  ['model', 'model'],
]);

type RawError = Loose<'name' | 'errors' | 'message'>;

/** What errors of Stability's API mean: `{id, name, errors: ["field: fault", …]}`; the older one has a `message`. */
export const STABILITY_ERRORS: ErrorReader = {
  fromAnswer(answer, secret, now) {
    const raw: RawError | null = asObject(parseJson(answer.body));
    const faults = faultsOf(raw);
    const message = faults.join('; ') || asText(raw?.message) || asText(raw?.name) || unparsedMessage(answer.body);
    const kind = kindOf(answer.status, asText(raw?.name) ?? '');
    return answerError(answer, { kind, message, param: paramOf(kind, raw, faults) }, secret, now);
  },
  fromObject(value, secret) {
    const raw: RawError | null = asObject(value);
    const faults = faultsOf(raw);
    if (faults.length === 0) return null;
    return new ProviderError('upstream', redact(faults.join('; '), secret));
  },
};

function faultsOf(raw: RawError | null): string[] {
  return Array.isArray(raw?.errors) ? raw.errors.slice(0, FAULTS_SHOWN).flatMap((fault) => asText(fault) ?? []) : [];
}

/** 402: no credits left. 403 is a prompt that was refused, or a key that may not do this. */
function kindOf(status: number, name: string): ProviderErrorKind {
  if (status === 403 && name === 'content_moderation') return 'invalid_request';
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 400 && status <= 498 && status !== 409 && status !== 425 ? 'invalid_request' : 'upstream';
}

function paramOf(kind: ProviderErrorKind, raw: RawError | null, faults: readonly string[]): string | null {
  if (kind !== 'invalid_request') return null;
  if (raw?.name === 'content_moderation') return 'prompt';
  const field = /^([\w-]{1,50}):/.exec(faults[0] ?? '')?.[1] ?? '';
  return PARAMS.get(field) ?? null;
}
