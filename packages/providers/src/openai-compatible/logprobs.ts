import { asObject } from '../http/parse-json.ts';

const ALTERNATIVES_MAX = 20;

interface TokenLogprob {
  token: string;
  logprob: number;
  bytes: number[] | null;
}

/** Reads the log probabilities of a choice into OpenAI's shape, nothing else kept; null when there are none. */
export function readLogprobs(value: unknown): unknown {
  const given = asObject<'content' | 'refusal'>(value);
  if (given === null) return null;
  const content = tokensOf(given.content);
  const refusal = tokensOf(given.refusal);
  return content === null && refusal === null ? null : { content, refusal };
}

function tokensOf(value: unknown): (TokenLogprob & { top_logprobs: TokenLogprob[] })[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((entry) => {
    const token = tokenOf(entry);
    const top = asObject<'top_logprobs'>(entry)?.top_logprobs;
    const alternatives = Array.isArray(top) ? top.slice(0, ALTERNATIVES_MAX).flatMap((one) => tokenOf(one) ?? []) : [];
    return token === null ? [] : [{ ...token, top_logprobs: alternatives }];
  });
}

function tokenOf(value: unknown): TokenLogprob | null {
  const given = asObject<'token' | 'logprob' | 'bytes'>(value);
  if (typeof given?.token !== 'string' || typeof given.logprob !== 'number') return null;
  const bytes = Array.isArray(given.bytes) ? given.bytes.filter((byte) => Number.isInteger(byte)) : null;
  return { token: given.token, logprob: given.logprob, bytes };
}
