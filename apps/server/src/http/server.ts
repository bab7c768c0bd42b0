import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
  type preParsingHookHandler,
  type RawServerDefault,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { AppError } from '../lib/app-error.ts';
import { newId } from '../lib/id.ts';
import { handleError, registerErrorHandler } from './error-handler.ts';
import { parseJsonBody } from './json-body.ts';
import { registerOpenApi } from './openapi.ts';
import { apiHeaders, registerSecurityHeaders } from './security-headers.ts';
import './caller.ts';

/** Fastify with zod schemas as its types. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse<IncomingMessage>,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const BODY_BYTES_MAX = 1024 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;
/** A whole request has to arrive within this time: slow senders give up their socket. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const WEBSOCKET_FRAME_BYTES_MAX = 1024 * 1024;
const PARAM_LENGTH_MAX = 500;

/** Answers what Node's parser refused before Fastify saw it (broken or oversized headers, slow senders) in the one error shape. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const answer =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new AppError('headers_too_large')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new AppError('request_timeout')
        : new AppError('invalid_request', { message: 'This is not a valid HTTP request.' });
  const body = JSON.stringify(answer.toBody(null));
  socket.end(
    `HTTP/1.1 ${answer.status} Error\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Answers paths that no route can be looked up by; hooks, which set the headers of all other answers, do not see them. */
const answerUnroutable =
  (headers: Record<string, string>) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    handleError(error, request, reply.headers({ ...headers, 'x-request-id': request.id }));
  };

/** Refuses a body that was compressed: what it would become is not known, and a few bytes can become very many. */
const refuseEncodedBody: preParsingHookHandler = (request, reply, _payload, done) => {
  const encoding = request.headers['content-encoding'] ?? '';
  if (encoding === '' || encoding.trim().toLowerCase() === 'identity') return done();
  reply.header('accept-encoding', 'identity');
  done(
    new AppError('unsupported_media_type', {
      message: `A body with content-encoding ${encoding.slice(0, 40)} is not read here; send it as it is (identity).`,
      param: 'content-encoding',
    }),
  );
};

/**
 * A Fastify server with everything that is the same for all routes: limits, ids, headers, JSON, cookies, WebSocket, OpenAPI and errors.
 * Routes are registered on it afterwards.
 */
export async function createHttpServer(options: {
  logger: FastifyBaseLogger;
  trustProxy: string[] | null;
  https: boolean;
}): Promise<HttpServer> {
  const app = fastify({
    loggerInstance: options.logger,
    // One line for each request is written by the usage log, not by Fastify.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('req'),
    // Log lines name their request themselves: a logger made for each request, with its redaction, is dear.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    trustProxy: options.trustProxy ?? false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnroutable(apiHeaders({ https: options.https, embedOrigins: new Set() })),
    return503OnClosing: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook('preParsing', refuseEncodedBody);
  app.decorateRequest('caller', null);
  registerSecurityHeaders(app, { https: options.https });
  registerErrorHandler(app);
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: WEBSOCKET_FRAME_BYTES_MAX } });
  await registerOpenApi(app);
  return app;
}
