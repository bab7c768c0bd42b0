import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, api, apiResponse, errorMessage } from './api-client.ts';
import { acceptSession, clearSession, useSession } from './session-store.ts';

type Handler = (url: string, init: RequestInit) => Response | Promise<Response>;

const calls: { url: string; init: RequestInit }[] = [];

function serve(handler: Handler): void {
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    calls.push({ url, init });
    return handler(url, init);
  });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

const USER = {
  id: 'usr_1',
  email: 'a@example.com',
  email_verified: true,
  name: null,
  username: null,
  organization: null,
  role: 'user',
  created_at: '2026-11-21T00:00:00Z',
  balance_usd: '5.000000000',
  plan: 'free',
} as const;

function signIn(token: string): void {
  acceptSession({ user: USER, access_token: token, token_type: 'Bearer', expires_in: 900 });
}

const bearer = (init: RequestInit) => new Headers(init.headers).get('authorization');
const refused = () => json(401, { error: { message: 'Sign in.', code: 'unauthenticated' } });

beforeEach(() => {
  calls.length = 0;
  clearSession();
});

afterEach(() => {
  clearSession();
  vi.unstubAllGlobals();
});

describe('api', () => {
  it('sends JSON with the token and answers the JSON', async () => {
    signIn('one');
    serve(() => json(200, { ok: 1 }));
    expect(await api('/api/v1/keys', { method: 'POST', body: { name: 'x' } })).toEqual({ ok: 1 });
    expect(calls[0]?.init).toMatchObject({ method: 'POST', body: '{"name":"x"}', credentials: 'same-origin' });
    expect(bearer(calls[0]!.init)).toBe('Bearer one');
  });

  it('sends no token when nobody is signed in', async () => {
    serve(() => json(200, {}));
    await api('/api/v1/models', { auth: 'if-ready' });
    expect(bearer(calls[0]!.init)).toBeNull();
  });

  it('refreshes a refused token once for all calls and repeats them', async () => {
    signIn('old');
    let refreshes = 0;
    serve((url, init) => {
      if (url === '/api/v1/auth/refresh') {
        refreshes += 1;
        return json(200, { user: USER, access_token: 'new', token_type: 'Bearer', expires_in: 900 });
      }
      return bearer(init) === 'Bearer new' ? json(200, { url }) : refused();
    });
    const answers = await Promise.all([api('/api/v1/a'), api('/api/v1/b'), api('/api/v1/c')]);
    expect(answers).toEqual([{ url: '/api/v1/a' }, { url: '/api/v1/b' }, { url: '/api/v1/c' }]);
    expect(refreshes).toBe(1);
  });

  it('gives up with the refusal when the session is over', async () => {
    signIn('old');
    serve(() => refused());
    await expect(api('/api/v1/keys')).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(useSession.getState().status).toBe('anonymous');
  });

  it('reads public data without the token when the session is over', async () => {
    signIn('old');
    serve((_url, init) => (bearer(init) === null && init.method === 'GET' ? json(200, { total: 3 }) : refused()));
    expect(await api('/api/v1/models', { auth: 'if-ready' })).toEqual({ total: 3 });
  });

  it("carries the server's words, code, field, request id and waiting time", async () => {
    serve(() =>
      json(
        429,
        {
          error: {
            message: 'Slow down.',
            type: 'rate_limit_error',
            code: 'rate_limited',
            param: 'q',
            request_id: 'req_9',
          },
        },
        { 'retry-after': '7' },
      ),
    );
    const error = await api('/api/v1/models').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      message: 'Slow down.',
      code: 'rate_limited',
      status: 429,
      param: 'q',
      requestId: 'req_9',
      retryAfter: 7,
    });
  });

  it('has a sentence for an error page that is not JSON', async () => {
    serve(() => new Response('<html>', { status: 502, headers: { 'x-request-id': 'req_3' } }));
    await expect(api('/api/v1/models')).rejects.toMatchObject({ code: 'bad_answer', status: 502, requestId: 'req_3' });
  });

  it('says that there is no connection when there is no answer', async () => {
    serve(() => Promise.reject(new TypeError('fetch failed')));
    await expect(api('/api/v1/models')).rejects.toMatchObject({ code: 'network', status: 0 });
  });

  it('passes an abort on as it is', async () => {
    const controller = new AbortController();
    serve((_url, init) => Promise.reject(init.signal?.reason));
    controller.abort();
    await expect(api('/api/v1/models', { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('answers undefined for an empty body and checks a body by its schema', async () => {
    serve(() => new Response(null, { status: 204 }));
    expect(await api('/api/v1/auth/logout', { method: 'POST' })).toBeUndefined();
    serve(() => json(200, { total: 'many' }));
    const schema = {
      parse: () => {
        throw new Error('not a number');
      },
    };
    await expect(api('/api/v1/models', { schema })).rejects.toThrow('not a number');
  });

  it('gives the raw response for exports', async () => {
    serve(() => new Response('a,b\n', { status: 200 }));
    expect(await (await apiResponse('/api/v1/transactions')).text()).toBe('a,b\n');
  });
});

describe('errorMessage', () => {
  it('keeps the words of the server and hides those of the browser', () => {
    expect(errorMessage(new ApiError('Too low.', { code: 'insufficient_balance', status: 402 }))).toBe('Too low.');
    expect(errorMessage(new TypeError('undefined is not a function'))).not.toContain('undefined');
  });
});
