import type { Dispatcher } from 'undici';
import type { CallOptions } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import {
  beginCall,
  type Call,
  compressedAnswer,
  isCompressed,
  isRefused,
  type Outgoing,
  postedOf,
  type Route,
  requestIdOf,
} from './call.ts';
import { ERROR_BODY_BYTES_MAX } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { type AnswerHeaders, dispatchTo } from './post-json.ts';

/** A call that is answered whole. */
export interface WholeAsk<Result> {
  /** What is sent. Throws ProviderError `invalid_request` for what the provider cannot do. */
  write(): Outgoing;
  /** Largest answer that is read, in bytes. */
  bytesMax: number;
  /** Reads the JSON of an answer, already known to hold no error. Throws ProviderError `upstream` for one that is none. */
  read(body: unknown, upstreamRequestId: string | null): Result;
}

/**
 * Sends a request and reads the whole JSON of its answer. The answer is put together where its bytes arrive and one promise stands for all of it:
 * most calls are of this kind. Rejects with ProviderError and nothing else; a call that fails before its answer is whole closes its connection.
 */
export function askWhole<Result>(route: Route, options: CallOptions, ask: WholeAsk<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const call = beginCall(options, route.deadlines);
    const { watch } = call;
    const collector = createCollector(route, call, {
      bytesMax: ask.bytesMax,
      onText(text, headers) {
        const body = readJson(text, call, route);
        const result = ask.read(body, requestIdOf(headers));
        watch.end();
        resolve(result);
      },
      onFailure: reject,
    });
    try {
      const outgoing = ask.write();
      watch.expectWithin(outgoing.firstMs);
      dispatchTo(postedOf(route, call, outgoing), collector.handler);
    } catch (error) {
      collector.fail(error);
    }
  });
}

/** Throws ProviderError when the text is no JSON or bears an error in spite of its good status. */
function readJson(text: string, call: Call, route: Route): unknown {
  const body = parseJson(text);
  if (body === undefined) throw new ProviderError('upstream', 'The provider answered with something that is not JSON.');
  const error = route.errors.fromObject(body, call.apiKey);
  if (error) throw error;
  return body;
}

interface Collecting {
  bytesMax: number;
  /** The whole answer of a good status. What it throws fails the call. */
  onText(text: string, headers: AnswerHeaders): void;
  onFailure(error: ProviderError): void;
}

/** Collects the body of one answer; of one with a bad status as much as its error needs. */
function createCollector(route: Route, call: Call, { bytesMax, onText, onFailure }: Collecting) {
  const { watch } = call;
  const { idleMs } = route.deadlines;
  const chunks: Buffer[] = [];
  let size = 0;
  let controller: Dispatcher.DispatchController | null = null;
  let status = 0;
  let headers: AnswerHeaders = {};
  let isRefusal = false;
  let isSettled = false;
  let hasEnded = false;

  const fail = (error: unknown) => {
    if (isSettled) return;
    isSettled = true;
    const failure = watch.failureOf(error);
    watch.signal.onAbort = null;
    watch.end();
    if (!hasEnded) controller?.abort(failure);
    onFailure(failure);
  };
  const textOf = (lengthMax: number) => {
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
    return bytes.toString('utf8', 0, Math.min(size, lengthMax));
  };
  const refuse = () => {
    const body = textOf(ERROR_BODY_BYTES_MAX);
    fail(route.errors.fromAnswer({ status, headers, body }, call.apiKey, Date.now()));
  };
  const finish = () => {
    try {
      if (isRefusal) return refuse();
      onText(textOf(bytesMax), headers);
      isSettled = true;
      watch.signal.onAbort = null;
    } catch (error) {
      fail(error);
    }
  };

  watch.signal.onAbort = fail;
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(given) {
      controller = given;
      if (isSettled) given.abort(new Error('closed'));
    },
    onResponseStart(_controller, givenStatus, givenHeaders) {
      // 100 to 199 are no answer yet.
      if (givenStatus < 200 || isSettled) return;
      status = givenStatus;
      headers = givenHeaders;
      isRefusal = isRefused(status, headers);
      if (!isRefusal && isCompressed(headers)) return fail(compressedAnswer());
      watch.expectWithin(idleMs);
    },
    onResponseData(_controller, chunk) {
      if (isSettled) return;
      watch.expectWithin(idleMs);
      size += chunk.byteLength;
      chunks.push(chunk);
      if (isRefusal && size >= ERROR_BODY_BYTES_MAX) finish();
      else if (!isRefusal && size > bytesMax)
        fail(new ProviderError('upstream', 'The answer of the provider is too large.'));
    },
    onResponseEnd() {
      hasEnded = true;
      if (!isSettled) finish();
    },
    onResponseError(_controller, error) {
      hasEnded = true;
      // What came of an error's body before its connection broke says what is wrong.
      if (isRefusal && !isSettled) finish();
      else fail(error ?? new Error('closed'));
    },
  };
  return { handler, fail };
}
