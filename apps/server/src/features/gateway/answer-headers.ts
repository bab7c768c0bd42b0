import type { OpenCall } from './open-call.ts';

/** The header that tells what an output ceiling was lowered to, in tokens, where it was. */
export function clampHeaders(clampedTo: number | null): Record<string, string> {
  return clampedTo === null ? {} : { 'x-max-tokens-clamped': String(clampedTo) };
}

/** The headers that tell who served a call, whatever format it is answered in. */
export function servedHeaders({ model, entry, attempts, clampedTo }: OpenCall): Record<string, string> {
  return {
    'x-model': model.id,
    'x-provider': entry.id,
    'x-attempts': String(attempts.length + 1),
    ...clampHeaders(clampedTo),
  };
}
