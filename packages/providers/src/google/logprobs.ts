import { asObject } from '../http/parse-json.ts';

/** Reads a candidate's `logprobsResult` into OpenAI's shape; null when there is none. */
export function readLogprobs(value: unknown): unknown {
  const given = asObject<'chosenCandidates' | 'topCandidates'>(value);
  if (given === null || !Array.isArray(given.chosenCandidates)) return null;
  const tops = Array.isArray(given.topCandidates) ? given.topCandidates : [];
  const content = given.chosenCandidates.flatMap((chosen, index) => {
    const token = tokenOf(chosen);
    const top = asObject<'candidates'>(tops[index])?.candidates;
    const alternatives = Array.isArray(top) ? top.flatMap((one) => tokenOf(one) ?? []) : [];
    return token === null ? [] : [{ ...token, top_logprobs: alternatives }];
  });
  return { content, refusal: null };
}

function tokenOf(value: unknown): { token: string; logprob: number; bytes: number[] } | null {
  const given = asObject<'token' | 'logProbability'>(value);
  if (typeof given?.token !== 'string' || typeof given.logProbability !== 'number') return null;
  return { token: given.token, logprob: given.logProbability, bytes: [...Buffer.from(given.token)] };
}
