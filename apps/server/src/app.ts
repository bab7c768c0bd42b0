import { fileURLToPath } from 'node:url';
import { loadPriors, type QualityPriors } from '@q/assistant/choose/priors';
import { createSandboxProvider } from '@q/providers/sandbox/provider';
import type { Config } from './config.ts';
import { createPasswordHasher } from './features/accounts/password-hasher.ts';
import { registerAccountRoutes } from './features/accounts/routes.ts';
import { type Accounts, createAccounts } from './features/accounts/service.ts';
import { registerAdministrationMoneyRoutes } from './features/administration-money/routes.ts';
import { createAdministrationMoney } from './features/administration-money/service.ts';
import { registerAnthropicRoutes } from './features/anthropic-messages/routes.ts';
import { registerApiKeyRoutes } from './features/api-keys/routes.ts';
import { createApiKeys } from './features/api-keys/service.ts';
import { type Audit, createAudit } from './features/audit/service.ts';
import { registerCatalogRoutes } from './features/catalog/routes.ts';
import { type Catalog, createCatalog } from './features/catalog/service.ts';
import { registerChatRoutes } from './features/chat/routes.ts';
import { createRunningTurns } from './features/chat/running-turns.ts';
import { createChat } from './features/chat/service.ts';
import { registerChatSocket } from './features/chat/websocket.ts';
import { registerFeedbackRoutes } from './features/feedback/routes.ts';
import { registerAdminProvidersRoute } from './features/gateway/admin-providers-routes.ts';
import type { PickModels } from './features/gateway/auto-model.ts';
import { createConcurrency } from './features/gateway/concurrency.ts';
import { registerEmbeddingsRoutes } from './features/gateway/embeddings-routes.ts';
import { registerImagesRoutes } from './features/gateway/images-routes.ts';
import { createLocalModels, type LocalModels } from './features/gateway/local-models.ts';
import { createOwnProviders } from './features/gateway/own-providers.ts';
import { createPlatformProviders } from './features/gateway/platform-providers.ts';
import { providerStatuses } from './features/gateway/provider-status.ts';
import { createProviderRegistry } from './features/gateway/providers.ts';
import { registerQuoteRoute } from './features/gateway/quote-routes.ts';
import { directChatRoute, registerGatewayRoutes } from './features/gateway/routes.ts';
import { createGateway } from './features/gateway/service.ts';
import { createIdempotency } from './features/idempotency/service.ts';
import { createSigner } from './features/ledger/receipt-signature.ts';
import { registerBooksRoutes } from './features/ledger/routes.ts';
import { createLedger, type Ledger } from './features/ledger/service.ts';
import { createBooksWatch } from './features/ledger/watch.ts';
import { registerOllamaRoutes } from './features/ollama-api/routes.ts';
import { createKeyProviders } from './features/provider-keys/key-providers.ts';
import { registerProviderKeyRoutes } from './features/provider-keys/routes.ts';
import { createProviderKeys } from './features/provider-keys/service.ts';
import { registerReceiptRoutes } from './features/receipts/routes.ts';
import { createReceipts } from './features/receipts/service.ts';
import { createAssistant } from './features/recommendations/assistant.ts';
import { registerRecommendationRoutes } from './features/recommendations/routes.ts';
import { registerResponsesRoute } from './features/responses/routes.ts';
import { registerReviewRoutes } from './features/reviews/routes.ts';
import { createReviews } from './features/reviews/service.ts';
import { createSandboxKnowledge } from './features/sandbox/knowledge.ts';
import { registerWalletRoutes } from './features/wallet/routes.ts';
import { createWallet } from './features/wallet/service.ts';
import { registerAllowedMethods } from './http/allowed-methods.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { registerCors } from './http/cors.ts';
import { createCsrfGuard } from './http/csrf.ts';
import { answerDirectly, createDirectRoute } from './http/direct-route.ts';
import { registerDocsPage } from './http/docs-page.ts';
import { registerHealth } from './http/health.ts';
import { registerMetrics } from './http/metrics.ts';
import { createRateLimits } from './http/rate-limit.ts';
import { createRefreshCookie } from './http/refresh-cookie.ts';
import { enforceRoutePolicy } from './http/route-policy.ts';
import { apiHeaders } from './http/security-headers.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { registerStatic } from './http/static.ts';
import type { Clock } from './lib/clock.ts';
import type { Database } from './platform/database/database.ts';
import { createConsoleMailer } from './platform/mail/mailer.ts';
import { createPublicAgent } from './platform/outbound/public-agent.ts';
import type { Secrets } from './platform/secrets.ts';
import type { Logger } from './platform/telemetry/logger.ts';
import { createMetrics } from './platform/telemetry/metrics.ts';

const WEB_ROOT = fileURLToPath(new URL('../../web/dist', import.meta.url));

const CLOSE_IDLE_EVERY_MS = 100;

/** What the process hands to the application. */
export interface AppDeps {
  config: Config;
  database: Database;
  secrets: Secrets;
  logger: Logger;
  clock: Clock;
  /** Where mails go while there is no mail server: the operator's console. */
  outbox: (text: string) => void;
}

/** People's own keys at providers, and the way to addresses that people give. */
function createOwnKeys(
  { config, secrets, database, clock, logger }: AppDeps,
  parts: { audit: Audit; accounts: Accounts },
) {
  const publicAgent = createPublicAgent();
  const providers = createKeyProviders(config);
  const kek = secrets.providerKeyKek;
  return {
    publicAgent,
    providerKeys: createProviderKeys({ database, clock, logger, ...parts, kek, providers, publicAgent }),
  };
}

/** The gateway, over the providers that this marketplace or its people have keys for. */
function createGatewayOver(
  { config, database, clock, logger }: AppDeps,
  parts: { catalog: Catalog; ledger: Ledger; localModels: LocalModels; pickModels: PickModels } & ReturnType<
    typeof createOwnKeys
  >,
) {
  const { catalog, ledger, localModels, pickModels, providerKeys, publicAgent } = parts;
  const sandbox = createSandboxProvider({ knowledge: createSandboxKnowledge(catalog) });
  const platformProviders = createPlatformProviders({ config, models: catalog.all, hasLocal: localModels.has });
  const builtIn = { id: 'sandbox', name: 'Sandbox', adapter: sandbox, keys: [] };
  const providers = createProviderRegistry([builtIn, ...platformProviders.entries], clock);
  const ownProviders = createOwnProviders({ ownKeys: providerKeys, find: platformProviders.find, publicAgent });
  const own = { providers: ownProviders, feeBps: config.byokFeeBps };
  return {
    platformProviders,
    providers,
    gateway: createGateway({ catalog, ledger, providers, database, clock, logger, own, pickModels }),
  };
}

/** The catalog, of which what can be called depends on keys, and for Ollama on what its server has. */
function createCatalogOver({ config, database, clock, logger }: AppDeps, localModels: LocalModels): Catalog {
  const withKeys = providerStatuses(config, false).filter(({ available }) => available);
  const available = new Set(withKeys.map(({ id }) => id));
  return createCatalog({
    database,
    clock,
    isProviderAvailable: (id) => (id === 'ollama' ? localModels.answers() : available.has(id)),
    isThere: ({ provider, upstreamModel }) => provider !== 'ollama' || localModels.has(upstreamModel),
    servedEndpoints: ['chat', 'responses', 'embeddings', 'images'],
    commissionBps: config.commissionBps,
    onError: (error) => logger.warn({ err: error }, 'the catalog could not be refreshed'),
  });
}

/** Everything that has no HTTP in it, each made from those above it: the order of these lines shows that there is no cycle. */
function createServices(deps: AppDeps, publicUrl: () => string, priors: QualityPriors) {
  const { config, database, secrets, logger, clock } = deps;
  const audit = createAudit({ database });
  const ledger = createLedger({ database, clock, logger });
  const idempotency = createIdempotency({ database, clock, logger });
  const accounts = createAccounts({
    database,
    clock,
    logger,
    audit,
    hasher: createPasswordHasher(),
    mailer: createConsoleMailer(deps.outbox),
    accessTokenKey: secrets.accessTokenKey,
    signInPer10s: config.limits.signInPer10s,
    publicUrl,
    balanceOf: ledger.balanceOf,
    onRegistered: async () => undefined,
  });
  const { apiKeyPepper } = secrets;
  const apiKeys = createApiKeys({ database, clock, logger, audit, idempotency, accounts, apiKeyPepper });
  const localModels = createLocalModels({ baseUrl: config.ollama.baseUrl, clock, logger });
  const catalog = createCatalogOver(deps, localModels);
  const { commissionBps } = config;
  const shared = { database, clock, logger, idempotency, audit, accounts, catalog };
  const ownKeys = createOwnKeys(deps, shared);
  const administrationMoney = createAdministrationMoney({ ...shared, commissionBps, moneyGuard: ledger.guard });
  const assistant = createAssistant({ database, clock, logger, catalog, priors });
  const { pickModels } = assistant;
  const { platformProviders, providers, gateway } = createGatewayOver(deps, {
    catalog,
    ledger,
    localModels,
    pickModels,
    ...ownKeys,
  });
  const wallet = createWallet({ database, ledger, idempotency, clock });
  const chat = createChat({ database, gateway, ledger, clock, logger });
  const reviews = createReviews({ database, audit, catalog });
  const signer = createSigner(secrets.receiptKey);
  const receipts = createReceipts({ database, signer });
  const formerKeys = config.formerReceiptKeys;
  const booksWatch = createBooksWatch({ database, clock, logger, ledger, signer, formerKeys });
  return {
    localModels,
    audit,
    ledger,
    idempotency,
    accounts,
    apiKeys,
    ...ownKeys,
    catalog,
    assistant,
    platformProviders,
    providers,
    /** Which providers can be called now, and why the others cannot. */
    providerStates: () => providerStatuses(config, localModels.answers()),
    gateway,
    wallet,
    chat,
    turns: createRunningTurns({ clock }),
    reviews,
    receipts,
    booksWatch,
    administrationMoney,
    metrics: createMetrics({
      openHolds: ledger.openHolds,
      tally: ledger.tally,
      moneyStopped: ledger.guard.reason,
      diskFull: database.isDiskFull,
      lastCheck: booksWatch.last,
      failedChecks: booksWatch.failures,
    }),
  };
}

type Services = ReturnType<typeof createServices>;

async function registerRoutes(
  http: HttpServer,
  deps: AppDeps,
  services: Services,
  publicUrl: () => string,
): Promise<AbortController> {
  const { config, clock, logger, database } = deps;
  const { accounts, apiKeys, catalog, gateway, idempotency, wallet, chat, turns, audit } = services;
  const shutdown = new AbortController();
  const rateLimits = createRateLimits({ clock, requestsPerMinutePerKey: config.limits.requestsPerMinutePerKey });
  const authenticate = createAuthenticate({ accounts, apiKeys, rateLimits });
  const refreshCookie = createRefreshCookie({ https: publicUrl().startsWith('https:') });
  const csrf = createCsrfGuard({ cookie: refreshCookie, publicUrl: () => config.publicUrl });
  const concurrency = createConcurrency(config.limits.concurrentStreamsPerKey);
  const shared = { authenticate, concurrency, shutdown: shutdown.signal, clock };
  registerCors(http, config.embedOrigins);
  registerAllowedMethods(http);
  enforceRoutePolicy(http, authenticate);
  registerHealth(http, {
    ready: () => database.ping(),
    moneyStopped: services.ledger.guard.reason,
    diskFull: database.isDiskFull,
  });
  registerMetrics(http, { metrics: services.metrics, token: config.metricsToken });
  const { embedOrigins } = config;
  registerAccountRoutes(http, {
    accounts,
    audit,
    authenticate,
    rateLimits,
    refreshCookie,
    csrf,
    apiKeys,
    embedOrigins,
  });
  registerApiKeyRoutes(http, { apiKeys, authenticate });
  registerProviderKeyRoutes(http, { providerKeys: services.providerKeys, authenticate });
  registerCatalogRoutes(http, { catalog });
  registerReviewRoutes(http, { reviews: services.reviews, authenticate });
  registerRecommendationRoutes(http, { recommendations: services.assistant.recommendations, rateLimits });
  registerFeedbackRoutes(http, { feedback: services.assistant.feedback, authenticate });
  registerGatewayRoutes(http, { gateway, catalog, idempotency, ...shared });
  const { providers, providerStates } = services;
  registerAdminProvidersRoute(http, { catalog, providers, statuses: providerStates, authenticate });
  const headers = apiHeaders({ https: publicUrl().startsWith('https:'), embedOrigins });
  const chatRoute = directChatRoute({ gateway, catalog, idempotency, ...shared });
  answerDirectly(http, createDirectRoute({ authenticate, logger, headers }, chatRoute));
  registerResponsesRoute(http, { gateway, idempotency, ...shared });
  await registerAnthropicRoutes(http, { gateway, catalog, idempotency, ...shared });
  await registerOllamaRoutes(http, { gateway, catalog, idempotency, ...shared });
  registerEmbeddingsRoutes(http, { gateway, idempotency, ...shared });
  registerImagesRoutes(http, { gateway, idempotency, ...shared });
  registerQuoteRoute(http, { gateway, authenticate });
  registerWalletRoutes(http, { wallet, gateway, authenticate });
  registerBooksRoutes(http, { booksWatch: services.booksWatch, database, authenticate });
  registerAdministrationMoneyRoutes(http, { administrationMoney: services.administrationMoney, authenticate });
  registerReceiptRoutes(http, { receipts: services.receipts, authenticate });
  registerChatRoutes(http, { chat, turns, idempotency, ...shared });
  registerChatSocket(http, {
    chat,
    turns,
    idempotency,
    logger,
    ...shared,
    publicUrl: () => config.publicUrl,
    embedOrigins,
    stillValid: (caller) =>
      caller.apiKey ? apiKeys.isAlive(caller.apiKey.id) : accounts.isSessionAlive(caller.sessionId ?? ''),
  });
  registerDocsPage(http);
  await registerStatic(http, WEB_ROOT);
  return shutdown;
}

/** Resolves when `work` does, or after `ms`; true when it was in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

/** Sells what the operator's own file names. A model that cannot be sold as it says is named in the log. */
async function keepOperatorModels(catalog: Services['catalog'], { config, logger }: AppDeps): Promise<void> {
  if (config.providersFile === null) return;
  const { skipped } = await catalog.keep(config.providersFile);
  for (const { id, why } of skipped) logger.warn({ model: id }, `a model of the providers file is left out: it ${why}`);
}

/**
 * Builds the whole server on a migrated database. Nothing listens until `listen`.
 * Throws with a sentence when the catalog cannot be loaded.
 */
export async function createApp(deps: AppDeps) {
  const { config, logger } = deps;
  let address = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const publicUrl = () => config.publicUrl ?? address;
  const services = createServices(deps, publicUrl, await loadPriors());
  await services.catalog.load();
  await keepOperatorModels(services.catalog, deps);
  services.localModels.start(services.catalog.keepLocal);
  if (config.admin) await services.accounts.ensureAdmin(config.admin);
  await services.booksWatch.checkAtStart();
  await services.providerKeys.checkAtStart();
  await services.assistant.feedback.recompute();
  const https = config.publicUrl?.startsWith('https:') ?? false;
  const http = await createHttpServer({ logger, trustProxy: config.trustProxy, https });
  const shutdown = await registerRoutes(http, deps, services, publicUrl);
  await http.ready();
  return {
    http,
    services,
    providers: services.providerStates,
    modelCount: () => services.catalog.all().length,
    /** How to become the first administrator, once; null when there is one already. */
    adminSetupLink: () => services.accounts.adminSetupLink(publicUrl()),
    /** Starts to listen; resolves to the address. */
    async listen(): Promise<string> {
      address = await http.listen({ host: config.host, port: config.port });
      return address;
    },
    /** Takes no new requests, waits for running ones, stops what is left and settles it. */
    async close(times: { drainMs: number; settleMs: number }): Promise<void> {
      // A connection that was busy when closing began goes idle later, and would be kept for its next request.
      const stopClosingIdle = deps.clock.every(CLOSE_IDLE_EVERY_MS, () => http.server.closeIdleConnections());
      // A chat turn goes on without its socket.
      const closed = http.close().then(services.turns.idle).finally(stopClosingIdle);
      if (!(await within(times.drainMs, closed))) {
        shutdown.abort();
        await within(times.settleMs, closed);
      }
      await within(times.settleMs, services.localModels.close());
      services.catalog.close();
      await within(times.settleMs, services.assistant.close());
      await within(times.settleMs, services.booksWatch.close());
      services.ledger.close();
      services.idempotency.close();
      services.chat.close();
      services.administrationMoney.close();
      await services.gateway.close();
      await services.apiKeys.close();
      await services.accounts.close();
      await within(times.settleMs, services.platformProviders.close());
      await within(times.settleMs, services.providerKeys.close());
      await within(times.settleMs, services.publicAgent.close());
    },
  };
}
