import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../lib/app-error.ts';
import { requestFingerprint } from '../lib/request-fingerprint.ts';
import { callerOf } from './authorize.ts';

/** The longest `Idempotency-Key`, in characters. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

/** A request that must not be carried out twice. The key is the caller's own and counts for the person, not for one API key. */
export interface OnceRequest {
  userId: string;
  key: string;
  /** SHA-256 of what was asked: another request under the same key is refused. */
  fingerprint: Buffer;
}

/** An answer as it was kept: JSON text, and the headers that belong to it. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes that read `Idempotency-Key`; it puts the header into the OpenAPI document. */
    idempotent?: boolean;
  }
}

/**
 * What an authenticated request with an `Idempotency-Key` asks to be done once; null without the header.
 * `body` is the request's own unless it holds something that must not be hashed (a password): then give what is left of it.
 * Throws AppError `invalid_request` for a key of another length than 1 to 255.
 */
export function onceOf(request: FastifyRequest, body: unknown = request.body): OnceRequest | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || key.length === 0 || key.length > IDEMPOTENCY_KEY_LENGTH_MAX) {
    throw new AppError('invalid_request', {
      message: `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} characters.`,
    });
  }
  const [path = ''] = request.url.split('?', 1);
  return { userId: callerOf(request).userId, key, fingerprint: requestFingerprint(request.method, path, body) };
}

/** Says in the headers that this answer is an earlier one, when it is. */
export function markReplayed(reply: FastifyReply, replayed: boolean): void {
  if (replayed) reply.header('idempotent-replayed', 'true');
}

/** Sends a kept JSON answer again: its status, its headers, its bytes. */
export function sendKept(reply: FastifyReply, kept: KeptAnswer): FastifyReply {
  markReplayed(reply, true);
  return reply
    .status(kept.status)
    .headers(kept.headers)
    .type('application/json; charset=utf-8')
    .serializer(String)
    .send(kept.body);
}

/** The header as JSON Schema, for the OpenAPI document. */
export const IDEMPOTENCY_HEADER_SCHEMA = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      minLength: 1,
      maxLength: IDEMPOTENCY_KEY_LENGTH_MAX,
      description:
        'Makes a repeated request safe for 24 hours: the same request under the same key is carried out and charged once. The repetition gets the first answer and `idempotent-replayed: true`; 409 while the first is running; 422 when the key was used for another request. A request that failed without a charge leaves its key free.',
    },
  },
} as const;
