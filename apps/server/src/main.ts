import { accessSync, constants, mkdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { createApp } from './app.ts';
import { type Config, ConfigError, processEnvironment, readConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { type Database, openDatabase } from './platform/database/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/database/embedded.ts';
import { migrate } from './platform/database/migrate.ts';
import { reachDatabase } from './platform/database/reach.ts';
import { loadSecrets } from './platform/secrets.ts';
import { createLogger } from './platform/telemetry/logger.ts';

const STARTED_AT = Date.now();
/** After SIGTERM running calls get this long to end by themselves before they are stopped and settled. */
const DRAIN_MS = 30_000;
/** What is left after the drain gets this long to be settled. */
const SETTLE_MS = 10_000;

/**
 * The heap is looked through when it has grown by two fifths, where V8 would wait until it has grown threefold: under load that keeps
 * the process below 250 MB, where it would take 430.
 */
setFlagsFromString('--heap-growing-percent=40');

const say = (line: string) => void process.stdout.write(`${line}\n`);

function ensureDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new Error(
      `The data folder ${dataDir} cannot be written (${code}). Give this user the right to write it, or set DATA_DIR to another folder.`,
    );
  }
}

async function connect(config: Config): Promise<{ database: Database; embedded: EmbeddedPostgres | null }> {
  const log = createLogger(config.logLevel);
  const onError = (error: Error) => log.warn({ err: error }, 'lost a database connection');
  if (config.databaseUrl === null) {
    const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log: say });
    return { database: openDatabase(embedded.url, { onError }), embedded };
  }
  const database = openDatabase(config.databaseUrl, { onError });
  try {
    await reachDatabase(database, { clock: systemClock, sleep: setTimeout, say });
  } catch (error) {
    await database.close();
    throw error;
  }
  return { database, embedded: null };
}

function explainListenError(error: unknown, config: Config): Error {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'EADDRINUSE')
    return new Error(
      `Port ${config.port} on ${config.host} is taken by another program. Stop it, or set PORT to a free one.`,
    );
  if (code === 'EACCES')
    return new Error(`This user may not listen on port ${config.port}. Set PORT to one above 1023.`);
  if (code === 'EADDRNOTAVAIL')
    return new Error(`This machine has no address ${config.host}. Set HOST to one it has, such as 127.0.0.1.`);
  return error instanceof Error ? error : new Error(String(error));
}

type App = Awaited<ReturnType<typeof createApp>>;

async function announce(app: App, config: Config, address: string): Promise<void> {
  say('');
  say(`Q Marketplace is ready at ${address}  (${((Date.now() - STARTED_AT) / 1_000).toFixed(1)} s)`);
  say('');
  say(`  API          ${address}/v1  (any OpenAI client: change its base URL and key)`);
  say(`  Reference    ${address}/docs`);
  say(`  Catalog      ${app.modelCount()} models`);
  say('  Providers');
  for (const provider of app.providers())
    say(
      `    ${provider.available ? 'ready ' : 'off   '} ${provider.name}${provider.reason ? ` – ${provider.reason}` : ''}`,
    );
  say('  Payments     test funds (no card is ever charged)');
  const wrong = app.services.ledger.guard.reason();
  if (wrong !== null) say(`  THE BOOKS ARE WRONG, and no money moves: ${wrong}`);
  const link = await app.adminSetupLink();
  if (link !== null) {
    say('');
    say('  There is no administrator yet. Open this link once, within 24 hours, to make yourself one:');
    say(`    ${link.url}`);
    say('  or, in a terminal:');
    say(`    ${link.curl}`);
  }
  for (const name of config.unusedVariables) say(`  Note: ${name} is set, but this version does not use it yet.`);
  say('');
}

function closeOnSignals(close: () => Promise<void>): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (closing) process.exit(1);
    closing = true;
    say(`${signal}: finishing running calls (again to stop at once)`);
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        say(`The shutdown failed: ${error instanceof Error ? error.message : String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * When nobody reads the output any more (a closed pipe, a full disk under a log file), the server goes on without it. Unheard, each
 * failed write would be an uncaught exception, whose own log line fails again, for ever.
 */
function surviveWithoutReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

async function start(): Promise<void> {
  surviveWithoutReaders();
  const config = readConfig(processEnvironment());
  ensureDataDir(config.dataDir);
  const logger = createLogger(config.logLevel);
  // One request must not take the process down with it; what nobody foresaw is logged and looked at.
  process.on('unhandledRejection', (reason) => logger.error({ err: reason }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => logger.error({ err: error }, 'uncaught exception'));
  const secrets = loadSecrets({
    dataDir: config.dataDir,
    masterKey: config.masterKey,
    production: config.environment === 'production',
  });
  const { database, embedded } = await connect(config);
  try {
    for (const name of await migrate(database)) say(`Migrated ${name}`);
    const app = await createApp({
      config,
      database,
      secrets,
      logger,
      clock: systemClock,
      outbox: (text) => void process.stdout.write(text),
    });
    const address = await app.listen().catch((error: unknown) => {
      throw explainListenError(error, config);
    });
    closeOnSignals(async () => {
      await app.close({ drainMs: DRAIN_MS, settleMs: SETTLE_MS });
      await database.close();
      await embedded?.stop();
    });
    // It serves already: a line that cannot be said, such as when the database is restarting, is no reason to stop.
    await announce(app, config, config.publicUrl ?? address).catch((error: unknown) =>
      logger.warn({ err: error }, 'the start was not announced whole'),
    );
  } catch (error) {
    await database.close();
    await embedded?.stop();
    throw error;
  }
}

start().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `\n${message}\n${error instanceof ConfigError ? 'See docs/operator.md for every variable.\n' : ''}`,
  );
  process.exit(1);
});
