import { randomBytes } from 'node:crypto';
import { MockAgent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../http/caller.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createPublicAgent } from '../../platform/outbound/public-agent.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { type FakeKeyProvider, json, startFakeKeyProvider } from '../../testing/fake-key-provider.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { createAudit } from '../audit/service.ts';
import { createKeyProviders } from './key-providers.ts';
import { createProviderKeys } from './service.ts';

const BASE_URL = 'https://models.example.com/v1';
const KEK = randomBytes(32);
const CONTEXT: RequestContext = { ip: '127.0.0.1', addressKey: '127.0.0.1', userAgent: null, requestId: 'req_1' };

let base: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let queries = 0;
let fake: FakeKeyProvider;
/** Stands for the public internet. */
let internet: MockAgent;
const clock = createFakeClock();
const logLines: string[] = [];
const logger = createLogger('trace', { write: (line) => void logLines.push(line) });
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  base = await createTestDatabase();
  const real = openDatabase(base.url);
  database = {
    ...real,
    query: (text, values, name) => {
      queries += 1;
      return real.query(text, values, name);
    },
  };
  fake = await startFakeKeyProvider();
});
afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  await database?.close();
  await base?.drop();
  await fake?.close();
});
beforeEach(() => {
  fake.reset();
  logLines.length = 0;
  internet = new MockAgent();
  internet.disableNetConnect();
});

/** One server process. */
function startProcess(options: { kek?: Uint8Array; publicAgent?: ReturnType<typeof createPublicAgent> } = {}) {
  const listeners: ((userId: string) => void)[] = [];
  const access = { keys: [], baseUrl: fake.url };
  const config = {
    openai: access,
    anthropic: access,
    google: access,
    huggingface: { keys: [], baseUrl: 'https://router.huggingface.co/v1' },
    mistral: access,
    cohere: access,
    stability: access,
  };
  const process = createProviderKeys({
    database,
    clock,
    logger,
    audit: createAudit({ database }),
    accounts: {
      confirmPresence: async () => undefined,
      whenAccessChanges: (listener) => void listeners.push(listener),
    },
    kek: options.kek ?? KEK,
    providers: createKeyProviders(config),
    publicAgent: options.publicAgent ?? internet,
  });
  open.push(process);
  return { ...process, accessChanged: (userId: string) => listeners.map((listener) => listener(userId)) };
}

let people = 0;
async function newCaller(): Promise<Caller> {
  people += 1;
  const userId = `usr_${people}`;
  await database.query('INSERT INTO users (id, email, email_key, password_hash) VALUES ($1, $1, $1, $1)', [userId]);
  return { userId, role: 'user', sessionId: 'ses_1', apiKey: null };
}

const key = (name: string) => `own-key-of-${name}-0123456789`;

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

const rowsOf = (userId: string) => database.query('SELECT * FROM provider_keys WHERE user_id = $1', [userId]);

describe('the key for a call', () => {
  test('is the person’s own for this provider, and nothing where there is none', async () => {
    const { put, forCall } = startProcess();
    const caller = await newCaller();
    expect(await forCall(caller.userId, 'openai')).toBeUndefined();
    await put(caller, { provider: 'openai', key: key('openai') }, CONTEXT);
    await put(caller, { provider: 'mistral', key: key('mistral') }, CONTEXT);
    expect(await forCall(caller.userId, 'openai')).toEqual({ apiKey: key('openai'), baseUrl: null });
    expect(await forCall(caller.userId, 'mistral')).toEqual({ apiKey: key('mistral'), baseUrl: null });
    expect(await forCall(caller.userId, 'google')).toBeUndefined();
    expect(await forCall((await newCaller()).userId, 'openai')).toBeUndefined();
  });

  test('takes one query in five seconds for all providers, whether there is one or not', async () => {
    const { put, forCall } = startProcess();
    const caller = await newCaller();
    for (const expected of [undefined, { apiKey: key('openai'), baseUrl: null }]) {
      queries = 0;
      for (let calls = 0; calls < 50; calls += 1) {
        expect(await forCall(caller.userId, 'openai')).toEqual(expected);
        await forCall(caller.userId, 'google');
      }
      expect(queries).toBe(1);
      if (!expected) await put(caller, { provider: 'openai', key: key('openai') }, CONTEXT);
    }
  });

  test('changes at once here, within five seconds elsewhere, and at once when an account is locked', async () => {
    const [here, elsewhere] = [startProcess(), startProcess()];
    const caller = await newCaller();
    const own = async (process: typeof here) => (await process.forCall(caller.userId, 'openai'))?.apiKey;
    await here.put(caller, { provider: 'openai', key: key('first') }, CONTEXT);
    expect([await own(here), await own(elsewhere)]).toEqual([key('first'), key('first')]);
    await here.put(caller, { provider: 'openai', key: key('second') }, CONTEXT);
    expect([await own(here), await own(elsewhere)]).toEqual([key('second'), key('first')]);
    clock.advance(5_000);
    expect([await own(here), await own(elsewhere)]).toEqual([key('second'), key('second')]);
    await here.remove(caller, { provider: 'openai' }, CONTEXT);
    expect(await own(here)).toBeUndefined();
    clock.advance(5_000);
    expect(await own(elsewhere)).toBeUndefined();

    await here.put(caller, { provider: 'openai', key: key('third') }, CONTEXT);
    expect(await own(here)).toBe(key('third'));
    await database.query("UPDATE users SET status = 'disabled' WHERE id = $1", [caller.userId]);
    here.accessChanged(caller.userId);
    expect(await own(here)).toBeUndefined();
  });
});

describe('R11 rows that somebody altered', () => {
  async function refused(userId: string, provider = 'openai'): Promise<void> {
    const error = await failure(startProcess().forCall(userId, provider));
    expect([error.status, error.message]).toEqual([503, expect.stringContaining('not as it was stored')]);
    expect(logLines.join('')).toContain('provider_key_unreadable');
    expect(`${error.stack}${logLines.join('')}`).not.toContain('own-key-of');
  }

  test('a row copied to another person is not used', async () => {
    const [victim, thief] = [await newCaller(), await newCaller()];
    await startProcess().put(victim, { provider: 'openai', key: key('victim') }, CONTEXT);
    await database.query('UPDATE provider_keys SET user_id = $2 WHERE user_id = $1', [victim.userId, thief.userId]);
    await refused(thief.userId);
  });

  test('nor is one of another provider, whose servers would get the key', async () => {
    const caller = await newCaller();
    await startProcess().put(caller, { provider: 'openai', key: key('openai') }, CONTEXT);
    await database.query("UPDATE provider_keys SET provider = 'mistral' WHERE user_id = $1", [caller.userId]);
    await refused(caller.userId, 'mistral');
  });

  test('nor one with another address', async () => {
    const caller = await newCaller();
    await startProcess().put(caller, { provider: 'openai', key: key('openai') }, CONTEXT);
    await database.query("UPDATE provider_keys SET base_url = 'https://evil.example.com' WHERE user_id = $1", [
      caller.userId,
    ]);
    await refused(caller.userId);
    const { test: tryOut } = startProcess();
    expect((await failure(tryOut(caller, { provider: 'openai' }))).status).toBe(503);
  });

  test('a row that cannot be read hides no other, and can be replaced and deleted', async () => {
    const process = startProcess();
    const caller = await newCaller();
    await process.put(caller, { provider: 'openai', key: key('openai') }, CONTEXT);
    await process.put(caller, { provider: 'mistral', key: key('mistral') }, CONTEXT);
    await database.query("UPDATE provider_keys SET sealed_key = '\\x00' WHERE provider = 'openai' AND user_id = $1", [
      caller.userId,
    ]);
    await refused(caller.userId);
    clock.advance(5_000);
    expect((await process.forCall(caller.userId, 'mistral'))?.apiKey).toBe(key('mistral'));
    await process.put(caller, { provider: 'openai', key: key('again') }, CONTEXT);
    expect((await process.forCall(caller.userId, 'openai'))?.apiKey).toBe(key('again'));
  });
});

describe('another MASTER_KEY', () => {
  test('says so at start and at each use, changes nothing, and with the first one back everything works', async () => {
    const right = startProcess();
    const caller = await newCaller();
    await right.put(caller, { provider: 'openai', key: key('openai') }, CONTEXT);
    await database.query('DELETE FROM provider_keys WHERE user_id <> $1', [caller.userId]);
    await right.checkAtStart();
    expect(logLines).toEqual([]);
    const before = await rowsOf(caller.userId);

    const wrong = startProcess({ kek: randomBytes(32) });
    await wrong.checkAtStart();
    expect(JSON.parse(logLines.join(''))).toMatchObject({
      level: 'error',
      count: 1,
      msg: expect.stringContaining('MASTER_KEY'),
    });
    const attempts = [() => wrong.forCall(caller.userId, 'openai'), () => wrong.test(caller, { provider: 'openai' })];
    for (const attempt of attempts) {
      const error = await failure(attempt());
      expect([error.code, error.message]).toEqual([
        'service_unavailable',
        expect.stringContaining('another MASTER_KEY'),
      ]);
      expect(error.message).toContain('Nothing is lost');
    }
    expect(await wrong.list(caller.userId)).toMatchObject([{ provider: 'openai', last4: '6789' }]);
    expect(await rowsOf(caller.userId)).toEqual(before);

    expect((await startProcess().forCall(caller.userId, 'openai'))?.apiKey).toBe(key('openai'));
    await wrong.put(caller, { provider: 'openai', key: key('anew') }, CONTEXT);
    expect((await wrong.forCall(caller.userId, 'openai'))?.apiKey).toBe(key('anew'));
  });
});

describe('an address of one’s own', () => {
  test('is where the key is tried out, by the agent for addresses of users, and nowhere else', async () => {
    const seen: unknown[] = [];
    const site = internet.get('https://models.example.com');
    const intercept = site.intercept({ path: '/v1/models', method: 'GET' });
    intercept.reply((request) => {
      const sent = request.headers as unknown as string[];
      seen.push(sent[sent.indexOf('authorization') + 1]);
      return {
        statusCode: 200,
        data: '{"data":[]}',
        responseOptions: { headers: { 'content-type': 'application/json' } },
      };
    });
    const { put, forCall } = startProcess();
    const caller = await newCaller();
    const wanted = { provider: 'openai', key: key('elsewhere'), base_url: `${BASE_URL}/` };
    const row = await put(caller, wanted, CONTEXT);
    expect(row).toMatchObject({ base_url: BASE_URL, test_ok: true });
    expect(seen).toEqual([`Bearer ${key('elsewhere')}`]);
    expect(fake.requests).toEqual([]);
    expect(await forCall(caller.userId, 'openai')).toEqual({ apiKey: key('elsewhere'), baseUrl: BASE_URL });
    await put(caller, { provider: 'openai', key: key('back'), base_url: null }, CONTEXT);
    expect(await forCall(caller.userId, 'openai')).toEqual({ apiKey: key('back'), baseUrl: null });
  });

  test('R13 a public name that leads inside is refused when it is stored, and a stored one that is turned inside later gets nothing', async () => {
    const publicAgent = createPublicAgent({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    open.push(publicAgent);
    const caller = await newCaller();
    const wanted = { provider: 'openai', key: key('rebinding'), base_url: BASE_URL };
    const inside = startProcess({ publicAgent });
    const error = await failure(inside.put(caller, wanted, CONTEXT));
    expect([error.status, error.param]).toEqual([403, 'base_url']);
    expect(await rowsOf(caller.userId)).toEqual([]);

    const site = internet.get('https://models.example.com');
    site.intercept({ path: '/v1/models' }).reply(200, '{}', { headers: { 'content-type': 'application/json' } });
    await startProcess().put(caller, wanted, CONTEXT);
    const row = await inside.test(caller, { provider: 'openai' });
    expect(row).toMatchObject({ test_ok: false, test_message: expect.stringContaining('public internet') });
    expect(fake.requests).toEqual([]);
  });

  test('Hugging Face’s own list of models is open to everybody: a key is tried out where it counts', async () => {
    const provider = startProcess().providers.find(({ id }) => id === 'huggingface');
    expect(provider?.testUrl(provider.baseUrl)).toBe('https://huggingface.co/api/whoami-v2');
    expect(provider?.testUrl(BASE_URL)).toBe(`${BASE_URL}/models`);
  });
});

test('what a provider said to a key is not written to the one that took its place meanwhile', async () => {
  const process = startProcess();
  const caller = await newCaller();
  await process.put(caller, { provider: 'openai', key: key('old') }, CONTEXT);
  fake.answer((response, used) => {
    fake.reset();
    void process
      .put(caller, { provider: 'openai', key: key('new') }, CONTEXT)
      .then(() => json(401, { error: { message: 'Incorrect API key' } })(response, used));
  });
  expect((await failure(process.test(caller, { provider: 'openai' }))).code).toBe('conflict');
  expect(await process.list(caller.userId)).toMatchObject([{ test_ok: true }]);
});
