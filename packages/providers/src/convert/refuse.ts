import { ProviderError } from '../spec/provider-error.ts';

/** Refuses a request that this provider cannot serve, naming the parameter: dropping it silently would answer another question. */
export function refuse(param: string, message: string): never {
  throw new ProviderError('invalid_request', message, { param });
}
