import type { CallOptions } from '../spec/chat-model.ts';
import { askWhole } from './ask-whole.ts';
import type { FormBody } from './form-body.ts';
import { openRoute, type RouteConfig, type RouteFormat } from './open-route.ts';

/** One request that is answered whole: JSON, or a form in its place. */
export interface WholeRequest {
  /** Path and query after the base URL. */
  path: string;
  body: Record<string, unknown>;
  form?: FormBody;
}

/** A kind of request of one provider's format: how it is written and its answer read. */
export interface WholeExchange<Request, Result> {
  /** Largest answer that is read, in bytes. */
  bytesMax: number;
  /** Throws ProviderError `invalid_request` for what the provider cannot do. */
  toRequest(request: Request): WholeRequest;
  /** Reads an answer, already known to hold no error. Throws ProviderError `upstream` for one that is none. */
  fromResponse(body: unknown, request: Request): Result;
}

/** Makes calls that are answered whole, for what is not chat. Throws TypeError for a base URL that is none. */
export function createWholeAnswers<Request, Result>(
  config: RouteConfig,
  format: RouteFormat,
  exchange: WholeExchange<Request, Result>,
) {
  const { route, path: pathOf, close } = openRoute(config, format);
  return {
    /** Throws ProviderError and nothing else. */
    ask: (request: Request, options: CallOptions): Promise<Result & { upstreamRequestId: string | null }> =>
      askWhole(route, options, {
        write() {
          const { path, body, form } = exchange.toRequest(request);
          const firstMs = route.deadlines.wholeAnswerMs;
          return { path: pathOf(path), body, form, accept: 'application/json', firstMs };
        },
        bytesMax: exchange.bytesMax,
        read: (body, upstreamRequestId) => ({ ...exchange.fromResponse(body, request), upstreamRequestId }),
      }),
    close,
  };
}
