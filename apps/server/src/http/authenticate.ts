import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../lib/app-error.ts';
import type { Caller } from './caller.ts';

/** Access tokens and keys have some hundred characters; whatever is longer is not looked at. */
const CREDENTIAL_LENGTH_MAX = 8 * 1024;
const API_KEY_PREFIX = 'qm_live_';
const BEARER = /^Bearer +(\S+)$/i;

/** Names under which credentials are sent in URLs elsewhere. URLs end up in logs, histories and referrers. */
const CREDENTIAL_PARAMETERS = /[?&](access_token|auth|authorization|api[-_]?key|key|token|x-api-key)=/i;
const CREDENTIAL_VALUES = /[?&][^=&]*=(qm_live_|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.)/i;

interface Deps {
  accounts: {
    /** Who an access token stands for; null when it is not valid now. */
    authenticate(accessToken: string): Promise<Caller | null>;
  };
  apiKeys: {
    /** Who an API key stands for; null when it is not valid now. */
    authenticate(key: string): Promise<Caller | null>;
    /** The same without a query; null when one is needed. */
    known(key: string): Caller | null;
  };
  rateLimits: {
    /** Throws AppError `rate_limited`. */
    countCaller(caller: Caller): void;
  };
}

function refuseLong(value: string): void {
  if (value.length > CREDENTIAL_LENGTH_MAX) throw new AppError('headers_too_large');
}

/** The credential of a request: bearer first, then `x-api-key`. Throws `unauthenticated` for one in the URL or of another scheme. */
function credentialOf(request: FastifyRequest): string | null {
  if (CREDENTIAL_PARAMETERS.test(request.url) || CREDENTIAL_VALUES.test(request.url)) {
    throw new AppError('unauthenticated', {
      message: 'Tokens and keys are never taken from the URL. Send "Authorization: Bearer …" instead.',
    });
  }
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    refuseLong(authorization);
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) {
      throw new AppError('unauthenticated', { message: 'The Authorization header must read "Bearer …".' });
    }
    return token;
  }
  const apiKey = request.headers['x-api-key'];
  if (apiKey === undefined) return null;
  if (typeof apiKey !== 'string' || !apiKey.startsWith(API_KEY_PREFIX)) {
    throw new AppError('unauthenticated', { message: 'The x-api-key header must hold one API key (qm_live_…).' });
  }
  refuseLong(apiKey);
  return apiKey;
}

/** The hooks that find out who is asking. Every route has one of them or is on the list of public routes. */
export function createAuthenticate(deps: Deps) {
  /** Who a token or key stands for. Throws AppError `unauthenticated` (401) with the reason. */
  async function identify(credential: string): Promise<Caller> {
    const isKey = credential.startsWith(API_KEY_PREFIX);
    const caller = await (isKey ? deps.apiKeys : deps.accounts).authenticate(credential);
    if (caller) return caller;
    throw new AppError('unauthenticated', {
      message: isKey
        ? 'This API key is not known, has expired or was deleted.'
        : 'The access token is not valid or has expired. Refresh it or sign in again.',
    });
  }

  async function identifyRequest(request: FastifyRequest, credential: string): Promise<void> {
    const caller = await identify(credential);
    deps.rateLimits.countCaller(caller);
    request.caller = caller;
  }

  return {
    identify,
    /** Who sent these headers, where that is an API key seen a moment ago; null where `required` has to be asked. Counts nothing. */
    known({ authorization }: IncomingHttpHeaders): Caller | null {
      if (authorization === undefined || authorization.length > CREDENTIAL_LENGTH_MAX) return null;
      const token = BEARER.exec(authorization)?.[1];
      return token?.startsWith(API_KEY_PREFIX) ? deps.apiKeys.known(token) : null;
    },
    /** Counts one request of a caller. Throws AppError `rate_limited`. */
    count: (caller: Caller): void => deps.rateLimits.countCaller(caller),
    /** `onRequest` hook: sets `request.caller`, or answers 401 (no or no valid credential) or 429. */
    async required(request: FastifyRequest): Promise<void> {
      const credential = credentialOf(request);
      if (credential === null) throw new AppError('unauthenticated');
      await identifyRequest(request, credential);
    },
    /** `onRequest` hook of public routes that show more to somebody known. A credential that is sent has to be valid. */
    async optional(request: FastifyRequest): Promise<void> {
      const credential = credentialOf(request);
      if (credential !== null) await identifyRequest(request, credential);
    },
    /** `onRequest` hook of signing out, which must work with an access token that is over: such a caller counts as unknown. */
    async ifValid(request: FastifyRequest): Promise<void> {
      const credential = credentialOf(request);
      if (credential === null) return;
      await identifyRequest(request, credential).catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === 'unauthenticated')) throw error;
      });
    },
  };
}

export type Authenticate = ReturnType<typeof createAuthenticate>;
