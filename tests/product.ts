import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const READY = /ready at (http:\/\/\S+)/;
const START_WITHIN_MS = 60_000;

/** The real product in a process of its own, as `npm start` runs it. */
export interface Product {
  url: string;
  pid: number;
  dataDir: string;
  /** Everything it has printed. */
  output(): string;
  /** SIGKILL: no goodbye, no cleaning up. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<number | null>;
}

function waitForAddress(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no start within ${START_WITHIN_MS} ms:\n${output()}`)),
      START_WITHIN_MS,
    );
    const look = () => {
      const address = READY.exec(output())?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}:\n${output()}`));
    });
  });
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Starts the product on a free port unless `PORT` is given; a data folder of its own unless one is given. */
export async function startProduct(
  env: Record<string, string>,
  dataDir = mkdtempSync(join(tmpdir(), 'q-product-')),
): Promise<Product> {
  const chunks: string[] = [];
  const output = () => chunks.join('');
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      OLLAMA_BASE_URL: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (data) => chunks.push(String(data)));
  child.stderr.on('data', (data) => chunks.push(String(data)));
  const url = await waitForAddress(child, output);
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    output,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** Removes a product's data folder. */
export function removeData(product: Product): void {
  rmSync(product.dataDir, { recursive: true, force: true });
}

/** A signed-up person with a balance and a key. */
export interface Buyer {
  email: string;
  accessToken: string;
  apiKey: string;
  /** Asks the product's API as this person; throws unless the answer is 2xx. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
}

let people = 0;

/** Signs somebody up, tops up (in whole dollars) and makes a key. */
export async function signUp(url: string, usd: number): Promise<Buyer> {
  people += 1;
  const email = `buyer-${process.pid}-${Date.now()}-${people}@example.com`;
  const request = async (method: string, path: string, token: string | null, body?: unknown) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const { access_token: accessToken } = await request('POST', '/api/v1/auth/register', null, {
    email,
    password: 'correct horse battery 9',
  });
  for (let left = usd; left > 0; left -= 500) {
    await request('POST', '/api/v1/balance/top-ups', accessToken, { amount_usd: String(Math.min(left, 500)) });
  }
  const { key } = await request('POST', '/api/v1/keys', accessToken, {
    name: 'test',
    permissions: ['inference', 'read', 'manage'],
  });
  return { email, accessToken, apiKey: key, ask: (method, path, body) => request(method, path, accessToken, body) };
}

/** The administrator whom `checkBooks` signs in as: for the environment of a product. */
export const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'an admin of this test 7' };

/** What a check of the books says. */
export interface BooksCheck {
  ok: boolean;
  invariants: { id: string; ok: boolean; detail: string }[];
}

/** Has a product with that administrator check its books. */
export async function checkBooks(url: string): Promise<BooksCheck> {
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD }),
  });
  const { access_token } = (await login.json()) as { access_token: string };
  const answer = await fetch(`${url}/api/v1/admin/ledger/check`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  return (await answer.json()) as BooksCheck;
}
