import { randomBytes } from 'node:crypto';
import type { RouteOptions } from 'fastify';
import { createPasswordHasher, type PasswordHasher } from '../features/accounts/password-hasher.ts';
import { registerAccountRoutes } from '../features/accounts/routes.ts';
import { createAccounts } from '../features/accounts/service.ts';
import { registerApiKeyRoutes } from '../features/api-keys/routes.ts';
import { createApiKeys } from '../features/api-keys/service.ts';
import { createAudit } from '../features/audit/service.ts';
import { createIdempotency } from '../features/idempotency/service.ts';
import { createAuthenticate } from '../http/authenticate.ts';
import { requirePermission } from '../http/authorize.ts';
import { createCsrfGuard } from '../http/csrf.ts';
import { createRateLimits } from '../http/rate-limit.ts';
import { createRefreshCookie } from '../http/refresh-cookie.ts';
import { enforceRoutePolicy } from '../http/route-policy.ts';
import { createHttpServer } from '../http/server.ts';
import { openDatabase } from '../platform/database/database.ts';
import type { Mail } from '../platform/mail/mailer.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createHttpClient } from './http-client.ts';
import { createTestDatabase } from './test-database.ts';

/** A real argon2id that costs a twentieth of the production one. */
export const CHEAP_HASH = { memoryKiB: 1_024, passes: 1 };

/** A password that every test may use. */
export const PASSWORD = 'seven quiet harbours';

/** How a test server differs from the plain one. */
export interface AccountsAppOptions {
  hasher?: PasswordHasher;
  signInPer10s?: number;
  requestsPerMinutePerKey?: number;
  publicUrl?: string;
  trustProxy?: string[];
  logLevel?: string;
}

interface Shared {
  url: string;
  accessTokenKey: Uint8Array;
  apiKeyPepper: Uint8Array;
  clock: FakeClock;
}

/** One server process with accounts and API keys only, on a database that others may share. */
async function startProcess(shared: Shared, options: AccountsAppOptions) {
  const { clock, accessTokenKey, apiKeyPepper } = shared;
  const publicUrl = options.publicUrl ?? 'http://localhost:3000';
  const database = openDatabase(shared.url, { poolMax: 10 });
  const logLines: string[] = [];
  const mails: Mail[] = [];
  const logger = createLogger(options.logLevel ?? 'warn', { write: (line) => void logLines.push(line) });
  const audit = createAudit({ database });
  const registered: string[] = [];
  const accounts = createAccounts({
    database,
    clock,
    logger,
    audit,
    hasher: options.hasher ?? createPasswordHasher({ cost: CHEAP_HASH }),
    mailer: { deliver: async (mail) => void mails.push(mail) },
    accessTokenKey,
    signInPer10s: options.signInPer10s ?? 3,
    publicUrl: () => publicUrl,
    balanceOf: async () => 4_960_000_000n,
    onRegistered: async (_tx, userId) => void registered.push(userId),
  });
  const idempotency = createIdempotency({ database, clock, logger });
  const apiKeys = createApiKeys({ database, clock, logger, audit, idempotency, accounts, apiKeyPepper });
  const rateLimits = createRateLimits({ clock, requestsPerMinutePerKey: options.requestsPerMinutePerKey ?? 6_000 });
  const authenticate = createAuthenticate({ accounts, apiKeys, rateLimits });
  const https = publicUrl.startsWith('https:');
  const refreshCookie = createRefreshCookie({ https });
  const csrf = createCsrfGuard({ cookie: refreshCookie, publicUrl: () => options.publicUrl ?? null });
  const http = await createHttpServer({ logger, trustProxy: options.trustProxy ?? null, https });
  const routes: RouteOptions[] = [];
  http.addHook('onRoute', (route) => void routes.push(route));
  enforceRoutePolicy(http, authenticate);
  registerAccountRoutes(http, { accounts, audit, authenticate, rateLimits, refreshCookie, csrf, apiKeys });
  registerApiKeyRoutes(http, { apiKeys, authenticate });
  // Stands for the paths of models, which belong to other features.
  const call = { onRequest: [authenticate.required], preHandler: [requirePermission('inference')] };
  http.post('/v1/echo', call, async (request) => ({ caller: request.caller?.apiKey?.id ?? request.caller?.userId }));
  await http.ready();
  return {
    http,
    routes,
    authenticate,
    accounts,
    apiKeys,
    audit,
    database,
    mails,
    logLines,
    registered,
    cookieName: refreshCookie.name,
    client: createHttpClient(http),
    async close(): Promise<void> {
      await http.close();
      idempotency.close();
      await apiKeys.close();
      await accounts.close();
      await database.close();
    },
  };
}

/** The people, keys and sessions part of the server, on a database and a clock of its own. Close it in `afterAll`. */
export async function startAccountsApp(options: AccountsAppOptions = {}) {
  const { url, drop } = await createTestDatabase();
  const clock = createFakeClock();
  const shared = { url, clock, accessTokenKey: randomBytes(32), apiKeyPepper: randomBytes(32) };
  const first = await startProcess(shared, options);
  const others: (typeof first)[] = [];
  let count = 0;

  return {
    ...first,
    ...shared,
    /** Another server process on the same database, with the same secrets. */
    async second(): Promise<typeof first> {
      const other = await startProcess(shared, options);
      others.push(other);
      return other;
    },
    /** Opens an account and answers what a browser would then have. */
    async signUp(details: { email?: string; role?: string; address?: string } = {}) {
      count += 1;
      const email = details.email ?? `person-${count}@example.com`;
      const where = details.address === undefined ? {} : { address: details.address };
      const answer = await first.client.post('/api/v1/auth/register', { email, password: PASSWORD }, where);
      if (answer.status !== 201) throw new Error(`register answered ${answer.status}: ${answer.text}`);
      const id: string = answer.body.user.id;
      if (details.role !== undefined) {
        await first.database.query('UPDATE users SET role = $2 WHERE id = $1', [id, details.role]);
      }
      const cookie = answer.cookies.find(({ name }) => name === first.cookieName);
      return { id, email, token: answer.body.access_token as string, refreshToken: cookie?.value ?? '' };
    },
    /** Makes an API key and answers its secret. */
    async makeKey(token: string, wanted: object = {}): Promise<{ id: string; key: string }> {
      const answer = await first.client.post('/api/v1/keys', { name: 'a test', ...wanted }, { token });
      if (answer.status !== 201) throw new Error(`keys answered ${answer.status}: ${answer.text}`);
      return { id: answer.body.id, key: answer.body.key };
    },
    async close(): Promise<void> {
      for (const other of others) await other.close();
      await first.close();
      await drop();
    },
  };
}

export type AccountsApp = Awaited<ReturnType<typeof startAccountsApp>>;
