import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startNode } from '../../bench/lib/child-process.ts';

const START_LIMIT_MS = 60_000;
const READY = /ready at (http:\/\/\S+)/;
const MAIN = new URL('../../apps/server/src/main.ts', import.meta.url);

/** The administrator of every server of a proof. */
const ADMIN = { email: 'admin@proof.example', password: 'an administrator of proofs 7' };

/** A server process, as an operator would run it. */
export interface Server {
  url: string;
  child: Child;
  /** SIGKILL: no goodbye. Resolves when the process is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts real server processes that share one database, their secrets and one upstream; from their sources unless a bundle is given. */
export function createServers(on: { databaseUrl: string; upstreamUrl: string; file?: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'q-proof-server-'));
  return {
    async start(port = 0): Promise<Server> {
      const child = startNode({
        file: on.file ?? MAIN,
        cwd: folder,
        env: {
          DATA_DIR: folder,
          DATABASE_URL: on.databaseUrl,
          PORT: String(port),
          LOG_LEVEL: 'error',
          ADMIN_EMAIL: ADMIN.email,
          ADMIN_PASSWORD: ADMIN.password,
          SIGN_IN_LIMIT_PER_10_S: '10000',
          REQUESTS_PER_MINUTE_PER_KEY: '10000000',
          CONCURRENT_STREAMS_PER_KEY: '100000',
          OPENAI_API_KEY: 'sk-proof',
          OPENAI_BASE_URL: on.upstreamUrl,
        },
      });
      const [, url = ''] = await child.said(READY, START_LIMIT_MS);
      return {
        url,
        child,
        async kill() {
          const gone = new Promise((resolve) => child.process.once('exit', resolve));
          child.process.kill('SIGKILL');
          await gone;
        },
        stop: () => child.stop(),
      };
    },
    /** To be called when all servers are gone. */
    removeData: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Servers = ReturnType<typeof createServers>;

/** Somebody with an API key. */
export interface Buyer {
  id: string;
  apiKey: string;
}

/** Signs somebody up, without any money. */
export async function signUp(url: string, name: string): Promise<Buyer> {
  const ask = async (path: string, token: string | null, body: object) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  const account = { email: `${name}-${Date.now()}@proof.example`, password: 'correct horse battery 9' };
  const { user, access_token: token } = await ask('/api/v1/auth/register', null, account);
  const { key } = await ask('/api/v1/keys', token, { name: 'proof', permissions: ['inference', 'read', 'manage'] });
  return { id: user.id, apiKey: key };
}
