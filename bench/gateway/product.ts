import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseUsd } from '@q/contract/money';
import { bundleServer } from '../../scripts/lib/bundle-server.mjs';
import { bindTo, type Child, startNode } from '../lib/child-process.ts';
import { cpuMsOf, cpuMsOfPostgres } from '../lib/cpu-time.ts';
import type { Target } from './target.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_LIMIT_MS = 60_000;
const ADMIN = { email: 'admin@bench.example', password: 'a long password of the bench 1' };
const PASSWORD = 'a long password of a buyer 1';
const TOP_UP_USD = '500';
/** The hot wallet pays for many runs. */
const HOT_TOP_UPS = 4;
/** Cheap models, so that one top-up lasts; the first that can be called is taken. */
const MODELS = ['openai/gpt-4.1-nano', 'openai/gpt-5.4-nano', 'openai/gpt-4o-mini'];
/** Accounts opened at once: their passwords are hashed side by side. */
const SIGN_UPS_AT_ONCE = 4;

interface Buyer {
  token: string;
  apiKey: string;
}

/** The running product, with people who can pay. */
export interface Product {
  /** Every buyer in turn: the ordinary case. */
  many: Target;
  /** One buyer: all calls draw on one wallet. */
  hot: Target;
  postgresVersion: string;
  /** What is wrong with the books after so much was charged; null when all is right. */
  faultOfBooks(chargedNano: bigint): Promise<string | null>;
  /** What it wrote since it was started. */
  output(): string;
  stop(): Promise<void>;
}

async function ask<T>(url: string, token: string | null, body?: object): Promise<T> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

async function signUp(url: string, email: string, topUps: number): Promise<Buyer> {
  const { access_token: token } = await ask<{ access_token: string }>(`${url}/api/v1/auth/register`, null, {
    email,
    password: PASSWORD,
  });
  for (let count = 0; count < topUps; count += 1)
    await ask(`${url}/api/v1/balance/top-ups`, token, { amount_usd: TOP_UP_USD });
  const { key } = await ask<{ key: string }>(`${url}/api/v1/keys`, token, { name: 'bench' });
  return { token, apiKey: key };
}

async function signUpAll(url: string, count: number): Promise<Buyer[]> {
  const buyers: Buyer[] = [];
  while (buyers.length < count) {
    const from = buyers.length;
    const batch = Array.from({ length: Math.min(SIGN_UPS_AT_ONCE, count - from) }, (_, index) =>
      signUp(url, `buyer-${from + index}@bench.example`, from + index === 0 ? HOT_TOP_UPS : 1),
    );
    buyers.push(...(await Promise.all(batch)));
  }
  return buyers;
}

async function balances(url: string, buyers: Buyer[]): Promise<bigint> {
  let sum = 0n;
  for (const { token } of buyers) {
    const { available_usd: usd } = await ask<{ available_usd: string }>(`${url}/api/v1/balance`, token);
    sum += parseUsd(usd) ?? 0n;
  }
  return sum;
}

async function chooseModel(url: string, buyer: Buyer): Promise<string> {
  const { data } = await ask<{ data: { id: string }[] }>(`${url}/v1/models`, buyer.apiKey);
  const callable = data.map((model) => model.id).filter((id) => id.startsWith('openai/'));
  const model = MODELS.find((id) => callable.includes(id)) ?? callable[0];
  if (model === undefined) throw new Error('No model of the catalog can be called through the mock upstream.');
  return model;
}

/** What `npm start` tells Node.js. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

async function startServer(folder: string, upstreamPort: number, profileFolder: string | null): Promise<Child> {
  return startNode({
    file: await bundleServer(ROOT),
    nodeArgs: [...startFlags(), ...(profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`])],
    cwd: folder,
    env: {
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      LOG_LEVEL: 'warn',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      SIGN_IN_LIMIT_PER_10_S: '10000',
      REQUESTS_PER_MINUTE_PER_KEY: '10000000',
      CONCURRENT_STREAMS_PER_KEY: '100000',
      OPENAI_API_KEY: 'sk-bench-upstream-key',
      OPENAI_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
    },
  });
}

function targetsOf(server: { child: Child; port: number; postmaster: number }, buyers: Buyer[], model: string) {
  const target = (name: string, callers: Buyer[]): Target => ({
    name,
    port: server.port,
    pid: server.child.pid,
    model,
    callers: callers.map((buyer) => ({ authorization: `Bearer ${buyer.apiKey}` })),
    cpuMs: () => cpuMsOf(server.child.pid),
    databaseCpuMs: () => cpuMsOfPostgres(server.postmaster),
  });
  return {
    many: target(`product, ${buyers.length} wallets`, buyers),
    hot: target('product, one hot wallet', buyers.slice(0, 1)),
  };
}

/** Checks the books by the product's own invariants, and against what the answers said they cost. */
async function faultOfBooks(url: string, fall: bigint, chargedNano: bigint): Promise<string | null> {
  const { access_token: token } = await ask<{ access_token: string }>(`${url}/api/v1/auth/login`, null, ADMIN);
  type Check = { ok: boolean; invariants: { id: string; ok: boolean; detail: string }[] };
  const check = await ask<Check>(`${url}/api/v1/admin/ledger/check`, token);
  const broken = check.invariants.filter((invariant) => !invariant.ok);
  if (!check.ok) return broken.map((invariant) => `${invariant.id}: ${invariant.detail}`).join('; ');
  if (fall === chargedNano) return null;
  return `the answers said that ${chargedNano} nano-dollars were charged, but the wallets fell by ${fall}`;
}

/**
 * Starts the product as `npm start` does, on an embedded PostgreSQL of its own with everything on, and signs up `buyers` people
 * through its API. The folder goes when it stops.
 */
export async function startProduct(options: {
  upstreamPort: number;
  buyers: number;
  /** Where Node.js writes a CPU profile at the end; null: no profile. */
  profileFolder: string | null;
}): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'q-bench-'));
  chmodSync(folder, 0o755);
  const child = await startServer(folder, options.upstreamPort, options.profileFolder);
  const stop = async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [, url = ''] = await child.said(/is ready at (http:\S+)/, START_LIMIT_MS);
    const [first = ''] = readFileSync(join(folder, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const version = readFileSync(join(folder, 'data', 'postgres', 'PG_VERSION'), 'utf8').trim();
    const buyers = await signUpAll(url, options.buyers);
    const model = await chooseModel(url, buyers[0] ?? { token: '', apiKey: '' });
    const before = await balances(url, buyers);
    bindTo(child.pid, 'gateway');
    return {
      ...targetsOf({ child, port: Number(new URL(url).port), postmaster: Number(first) }, buyers, model),
      postgresVersion: `${version} (embedded)`,
      faultOfBooks: async (charged) => faultOfBooks(url, before - (await balances(url, buyers)), charged),
      output: child.output,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
