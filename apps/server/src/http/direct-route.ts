import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';
import { newId } from '../lib/id.ts';
import type { Authenticate } from './authenticate.ts';
import { requireAllowed } from './authorize.ts';
import type { Caller, Permission } from './caller.ts';
import { errorHeaders, invalidBy, toLoggedError } from './error-handler.ts';
import { writeJson } from './json-answer.ts';
import { parseJsonBody } from './json-body.ts';
import type { RawReply } from './raw-reply.ts';
import type { HttpServer } from './server.ts';

/** Longer bodies take Fastify's way. */
const BODY_BYTES_MAX = 1024 * 1024;
const JSON_TYPE = /^application\/json(?:; *charset=utf-8)?$/i;
const DIGITS = /^\d{1,7}$/;
/** Headers that ask for what only Fastify's way knows. */
const UNUSUAL_HEADERS = ['origin', 'idempotency-key', 'x-api-key', 'transfer-encoding', 'content-encoding', 'expect'];

/** What a handler reads of a request. A Fastify request is one, too. */
export interface DirectRequest<Body> {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly caller: Caller | null;
  readonly body: Body;
}

/** A busy route: what it needs and does has to be the same as for its Fastify route of the same URL. */
interface DirectRoute<Schema extends z.ZodType> {
  url: string;
  permission: Permission;
  body: Schema;
  /** Knows the usual bodies without the schema, and gives them as it would; null leaves a body to the schema. */
  readPlain?(body: unknown): z.output<Schema> | null;
  handle(request: DirectRequest<z.output<Schema>>, reply: RawReply): Promise<void>;
}

interface Deps {
  authenticate: Authenticate;
  logger: FastifyBaseLogger;
  /** Headers of every answer of the API. */
  headers: Record<string, string>;
}

/** True for a request that nothing sets apart from most others of its route. */
function isPlain({ headers }: IncomingMessage): boolean {
  for (const name of UNUSUAL_HEADERS) if (headers[name] !== undefined) return false;
  const { 'content-type': type = '', 'content-length': length = '' } = headers;
  return JSON_TYPE.test(type) && DIGITS.test(length) && Number(length) <= BODY_BYTES_MAX;
}

function replyOn(raw: ServerResponse, id: string, headers: Record<string, string>): RawReply {
  return { raw, getHeaders: () => ({ 'x-request-id': id, ...headers }), hijack: () => undefined };
}

/** Calls `done` with the whole body. A client that goes away before is not answered. */
function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => void pieces.push(piece));
  request.on('error', () => undefined);
  request.on('end', () => done((pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)).toString()));
}

function validBody<Schema extends z.ZodType>(route: DirectRoute<Schema>, text: string): z.output<Schema> {
  const given = parseJsonBody(text);
  const plain = route.readPlain?.(given) ?? null;
  if (plain !== null) return plain;
  const { data, error } = route.body.safeParse(given);
  if (error === undefined) return data as z.output<Schema>;
  throw invalidBy(error.issues[0], 'body');
}

function answerError(error: unknown, reply: RawReply, id: string, logger: FastifyBaseLogger): void {
  const answer = toLoggedError(error, id, logger);
  // A stream has told its error already, or has gone.
  if (reply.raw.headersSent || reply.raw.destroyed) return;
  writeJson(reply, { status: answer.status, headers: errorHeaders(answer), body: answer.toBody(id) });
}

/** Answers requests to `route` if they are plain ones from callers who are known; false leaves a request to Fastify, untouched. */
export function createDirectRoute<Schema extends z.ZodType>(deps: Deps, route: DirectRoute<Schema>) {
  const { authenticate, logger, headers } = deps;

  async function answer(
    caller: Caller,
    text: string,
    given: { request: IncomingMessage; reply: RawReply; id: string },
  ) {
    const { request, reply, id } = given;
    try {
      await route.handle({ id, headers: request.headers, caller, body: validBody(route, text) }, reply);
    } catch (error) {
      answerError(error, reply, id, logger);
    }
  }

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== route.url || request.method !== 'POST' || !isPlain(request)) return false;
    const caller = authenticate.known(request.headers);
    if (caller === null) return false;
    const id = newId('req');
    const reply = replyOn(response, id, headers);
    try {
      authenticate.count(caller);
      requireAllowed(caller, route.permission);
    } catch (error) {
      answerError(error, reply, id, logger);
      return true;
    }
    readBody(request, (text) => void answer(caller, text, { request, reply, id }));
    return true;
  };
}

/**
 * Lets `answers` see every request before Fastify does: its router, hooks, parsers and replies take longer than all that a paid call needs
 * of them. A server that is closing leaves all requests to Fastify, which refuses them.
 */
export function answerDirectly(
  app: HttpServer,
  answers: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
  const { server } = app;
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (server.listening && answers(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}
