import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { bindTo, type Child, startNode } from '../lib/child-process.ts';
import { plainTarget, type Target } from './target.ts';

const START_LIMIT_MS = 15_000;
const MODEL = 'bench';
const BEARER = { authorization: 'Bearer sk-bench' };

/** Something started for the bench, and the load that can be sent to it. */
export interface Started {
  target: Target;
  child: Child;
}

async function portOf(child: Child): Promise<number> {
  const [, port] = await child.said(/listening on (\d+)/, START_LIMIT_MS);
  return Number(port);
}

/** Starts the mock of a provider. */
export async function startUpstream(): Promise<{ child: Child; port: number }> {
  const child = startNode({ file: new URL('../servers/mock-upstream.ts', import.meta.url) });
  const port = await portOf(child);
  bindTo(child.pid, 'load');
  return { child, port };
}

/** Starts the yardstick: a proxy that only passes bytes. */
export async function startBareProxy(upstreamPort: number): Promise<Started> {
  const file = new URL('../servers/bare-proxy.ts', import.meta.url);
  const child = startNode({ file, args: [`http://127.0.0.1:${upstreamPort}`] });
  const port = await portOf(child);
  bindTo(child.pid, 'gateway');
  return { child, target: plainTarget({ name: 'bare proxy', port, pid: child.pid, model: MODEL, headers: BEARER }) };
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The folder of Portkey's package: in the folder PORTKEY_DIR names, or where this project finds it; null when it is not installed. */
function portkeyFolder(): string | null {
  const from = process.env['PORTKEY_DIR'] ?? process.cwd();
  try {
    return dirname(createRequire(join(from, 'package.json')).resolve('@portkey-ai/gateway/package.json'));
  } catch {
    return null;
  }
}

/** Starts Portkey's gateway as a plain proxy, on loopback only; null when it is not installed. */
export async function startPortkey(upstreamPort: number): Promise<Started | null> {
  const folder = portkeyFolder();
  if (folder === null) return null;
  const port = await freePort();
  const child = startNode({
    file: join(folder, 'build', 'start-server.js'),
    args: [`--port=${port}`, '--headless'],
    nodeArgs: ['--import', new URL('../servers/loopback-only.mjs', import.meta.url).href],
    env: { NODE_ENV: 'production' },
    cwd: folder,
  });
  await child.said(/localhost|listening|running|ready/i, START_LIMIT_MS);
  bindTo(child.pid, 'gateway');
  const headers = {
    ...BEARER,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  };
  return { child, target: plainTarget({ name: 'Portkey, plain', port, pid: child.pid, model: MODEL, headers }) };
}
