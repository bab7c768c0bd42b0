import type { OllamaChatRequest, OllamaGenerateRequest } from '@q/contract/ollama-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../http/authorize.ts';
import { clientSignal } from '../../http/client-signal.ts';
import { toAppError } from '../../http/error-handler.ts';
import { type KeptAnswer, onceOf, sendKept } from '../../http/idempotency-key.ts';
import { sendJsonPlainly } from '../../http/json-answer.ts';
import { openNdjson } from '../../http/ndjson.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Catalog } from '../catalog/service.ts';
import { servedHeaders } from '../gateway/answer-headers.ts';
import { createAnswerAssembler } from '../gateway/assemble-answer.ts';
import type { CallEnd } from '../gateway/end-call.ts';
import { cameToSomething, moneyHeaders } from '../gateway/kept-answer.ts';
import type { OneShotRouteDeps } from '../gateway/one-shot-route.ts';
import type { OpenCall } from '../gateway/open-call.ts';
import type { ConfirmedCall } from '../gateway/service.ts';
import { type Claim, KEPT_BYTES_MAX } from '../idempotency/service.ts';
import { ollamaErrorFormat, toOllamaError } from './errors.ts';
import { findModelId } from './find-model.ts';
import { type Kind, type LineHead, toAnswer, toNothing } from './from-answer.ts';
import { createLineWriter, replayLines, toErrorLine, toKeptStream } from './stream-lines.ts';
import { fromChat, fromGenerate } from './to-chat-request.ts';

/** What the endpoints under `/ollama` need. */
export interface OllamaDeps extends OneShotRouteDeps {
  catalog: Catalog;
}

/** A validated request that asks for an answer. */
export type Asked = { kind: 'chat'; body: OllamaChatRequest } | { kind: 'generate'; body: OllamaGenerateRequest };

interface Running {
  call: ConfirmedCall;
  head: LineHead;
  claim: Claim | null;
}

/** The model that answers may be another than was asked for. */
const headOf = (head: LineHead, open: OpenCall): LineHead => ({ ...head, model: open.model.id });

async function answerWhole(deps: OllamaDeps, { call, head, claim }: Running, reply: FastifyReply): Promise<void> {
  const { open, result, end } = await deps.gateway.complete(call);
  const headers = { ...servedHeaders(open), ...moneyHeaders(end) };
  const [choice] = result.choices;
  try {
    if (!choice) throw new AppError('upstream_error', { message: 'The model provider answered without an answer.' });
    const body = toAnswer(headOf(head, open), { choice, end }, deps.clock.now());
    await claim?.keep({ status: 200, headers, body });
    sendJsonPlainly(reply, headers, body);
  } catch (error) {
    if (!(error instanceof AppError) || end.costNano === 0n) throw error;
    const { status, body } = ollamaErrorFormat(error, call.id);
    reply.headers(headers);
    await claim?.keep({ status, headers, body });
    throw error;
  }
}

const faultOf = (error: unknown): AppError => toAppError(error) ?? new AppError('internal_error');

/** Streams the answer as Ollama's lines. The charge stands in the books before the last of them are sent. */
async function answerStream(
  deps: OllamaDeps,
  { call, head: asked, claim }: Running,
  reply: FastifyReply,
): Promise<void> {
  const { open, events } = await deps.gateway.stream(call);
  const headers = servedHeaders(open);
  const head = headOf(asked, open);
  const writer = createLineWriter(head, deps.clock);
  const answer = claim && createAnswerAssembler(KEPT_BYTES_MAX);
  const lines = openNdjson(reply, headers);
  const lastLines = (end: CallEnd): object[] => {
    try {
      return writer.end(end);
    } catch (error) {
      return [toErrorLine(toOllamaError(faultOf(error), call.id), end)];
    }
  };
  try {
    for await (const event of events) {
      if (event.type === 'part') {
        answer?.note(event.part);
        const line = writer.part(event.part);
        const behind = line === null ? undefined : lines.send(line);
        if (behind !== undefined) await behind;
        continue;
      }
      const { end } = event;
      const last = lastLines(end);
      if (claim && answer && cameToSomething(end)) {
        const body = toKeptStream(head, answer.result(end.outcome), last, deps.clock.now());
        const short = toKeptStream(head, null, last.slice(-1), deps.clock.now());
        await claim.keep({ status: 200, headers: { ...headers, ...moneyHeaders(end) }, body, short });
      }
      for (const line of last) await lines.send(line);
    }
  } catch (error) {
    // The status has been sent: what is left is an honest end inside the stream.
    await lines.send(toOllamaError(faultOf(error), call.id));
    throw error;
  } finally {
    lines.end();
  }
}

/** Sends the answer of an earlier call with the same key: nothing goes upstream and nothing is charged. */
async function answerAgain(kept: KeptAnswer, isStream: boolean, reply: FastifyReply): Promise<void> {
  if (!isStream) return void sendKept(reply, kept);
  const again = replayLines(kept.body);
  const lines = openNdjson(reply, { ...kept.headers, 'idempotent-replayed': 'true' });
  for (const line of again) await lines.send(line);
  lines.end();
}

/** A request without a prompt loads a model at Ollama's, or with `keep_alive: 0` unloads it. Here there is nothing to do. */
function answerNothing(deps: OllamaDeps, head: LineHead, { body }: Asked, reply: FastifyReply): void {
  const line = toNothing(head, body.keep_alive === 0 ? 'unload' : 'load', deps.clock.now());
  if (body.stream === false) {
    sendJsonPlainly(reply, {}, line);
    return;
  }
  const lines = openNdjson(reply, {});
  void lines.send(line);
  lines.end();
}

/** Answers a chat or a prompt: whole or as lines, once under its key, charged. Throws AppError before the first line. */
export async function answerOnce(
  deps: OllamaDeps,
  asked: Asked,
  http: { request: FastifyRequest; reply: FastifyReply },
): Promise<void> {
  const { request, reply } = http;
  const { kind, body } = asked;
  const model = deps.gateway.find(findModelId(deps.catalog, body.model));
  const chat = kind === 'chat' ? fromChat(body, model) : fromGenerate(body, model);
  const head = { kind, model: model.id, thoughts: body.think !== false } satisfies { kind: Kind } & LineHead;
  if (chat === null) return answerNothing(deps, head, asked, reply);
  const isStream = chat.stream === true;
  const caller = callerOf(request);
  const run = async (claim: Claim | null) => {
    const release = deps.concurrency.enter(caller);
    try {
      const signal = clientSignal(reply, deps.shutdown);
      const clamp = request.headers['x-clamp-max-tokens'] !== 'off';
      const { id } = request;
      const call = { id, caller, request: chat, stream: isStream, signal, clamp, confirm: claim?.confirm };
      await (isStream ? answerStream : answerWhole)(deps, { call, head, claim }, reply);
    } finally {
      release();
    }
  };
  const replay = (kept: KeptAnswer) => answerAgain(kept, isStream, reply);
  await deps.idempotency.once(onceOf(request), request.id, { run, replay });
}
