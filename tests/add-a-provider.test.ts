import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../apps/server/src/platform/database/database.ts';
import { readProviders } from '../apps/server/src/providers-file.ts';
import { refuseWrongBooks } from '../apps/server/src/testing/right-books.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { PRESETS } from '../packages/providers/src/openai-compatible/quirks.ts';
import { type Loopback, openLoopback } from '../packages/providers/src/testing/loopback.ts';
import { type Buyer, signUp } from './product.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GUIDE = readFileSync(`${ROOT}docs/guides/add-a-provider.md`, 'utf8');
const OPERATOR = readFileSync(`${ROOT}docs/operator.md`, 'utf8');
const PROVIDERS = 'packages/providers/src/';
const READY = /ready at (http:\/\/\S+)/;
const START_WITHIN_MS = 60_000;

/** The code blocks of a page that say which file they belong to, by that name. */
function blocks(page: string, file: string): string[] {
  return [...page.matchAll(/```\w+ (\S+)\n([\s\S]*?)```/g)].flatMap(([, name, text]) =>
    name === file && text !== undefined ? [text] : [],
  );
}

function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  return list[0] as T;
}

let copy: string;
let providers: string;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
const upstreams: Loopback[] = [];
const running: ChildProcess[] = [];

/** A server's folder of its own, beside the real one so that it finds the same packages, with a copy of the adapters it may change. */
beforeAll(async () => {
  const cache = join(ROOT, 'apps/server/.cache');
  mkdirSync(cache, { recursive: true });
  copy = mkdtempSync(join(cache, 'guide-'));
  providers = join(copy, 'node_modules/@q/providers');
  const filter = (path: string) => !/\.test\.ts$|__fixtures__|\/testing$/.test(path);
  for (const part of ['src', 'migrations', 'seeds', 'package.json'])
    cpSync(join(ROOT, 'apps/server', part), join(copy, part), { recursive: true, filter });
  for (const part of ['src', 'package.json'])
    cpSync(join(ROOT, 'packages/providers', part), join(providers, part), { recursive: true, filter });
  database = await createTestDatabase();
});

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const upstream of upstreams) await upstream.close();
  await database?.drop();
  rmSync(copy, { recursive: true, force: true });
});

async function upstream(): Promise<Loopback> {
  const opened = await openLoopback();
  upstreams.push(opened);
  return opened;
}

/** The providers of a page's block, at an address of this test. */
function providersAt(block: string, url: string): unknown[] {
  return (JSON.parse(block) as object[]).map((provider) => ({ ...provider, base_url: url }));
}

async function startCopy(given: unknown[], env: Record<string, string>): Promise<string> {
  const dataDir = mkdtempSync(join(copy, 'data-'));
  writeFileSync(join(dataDir, 'providers.json'), JSON.stringify(given));
  const loader = join(ROOT, 'scripts/lib/register-typescript.mjs');
  const child = spawn(process.execPath, ['--import', loader, join(copy, 'src/main.ts')], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: dataDir, DATABASE_URL: database.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no start:\n${output}`)), START_WITHIN_MS);
    const listen = (data: Buffer) => {
      output += String(data);
      const address = READY.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
}

/** What the compiler says of these files; empty when they are right. */
function typeFaults(files: string[]): string {
  const config = join(copy, 'tsconfig.json');
  const compilerOptions = { types: ['node'] };
  writeFileSync(config, JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '--project', config, '--pretty', 'false'], { encoding: 'utf8' }).stdout;
}

interface Answer {
  choices: { message: { content: string } }[];
  usage: { cost_usd: string };
}

interface Chunk {
  choices: { delta?: { content?: string } }[];
  usage?: { cost_usd: string } | null;
}

const question = (model: string) => ({ model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 });

test('the operator’s example of a providers file is one', () => {
  const example = only(blocks(OPERATOR, 'providers.json'));
  const [groq] = readProviders('providers.json', JSON.parse(example), { GROQ_API_KEY: 'a,b' });
  expect(groq).toMatchObject({ id: 'groq', name: 'Groq', keys: ['a', 'b'], quirks: PRESETS.groq.quirks });
  expect(groq?.models.length).toBeGreaterThan(0);
});

describe('a provider added as the guide says', () => {
  const [compatible = '', acme = ''] = blocks(GUIDE, 'providers.json');
  let address: string;
  let buyer: Buyer;
  let compatibleUpstream: Loopback;
  let acmeUpstream: Loopback;

  test('is one folder and one line', () => {
    const folder = 'packages/providers/src/acme/provider.ts';
    const provider = join(providers, 'src', folder.slice(PROVIDERS.length));
    const formats = join(providers, 'src/formats.ts');
    const line = only(blocks(GUIDE, 'packages/providers/src/formats.ts'));
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    mkdirSync(dirname(provider), { recursive: true });
    writeFileSync(provider, only(blocks(GUIDE, folder)));
    appendFileSync(formats, line);
    expect(typeFaults([provider, formats, join(providers, 'src/format-table.ts')])).toBe('');
  });

  test('is started by its entries of the providers file', async () => {
    compatibleUpstream = await upstream();
    acmeUpstream = await upstream();
    const given = [...providersAt(compatible, compatibleUpstream.url), ...providersAt(acme, `${acmeUpstream.url}/v1`)];
    address = await startCopy(given, { ACME_API_KEY: 'acme-key' });
    buyer = await signUp(address, 5);
  });

  test('sells what is not streamed, at the price of the file with the commission', async () => {
    acmeUpstream.answer({ body: { text: 'An anvil.', tokens: { in: 100, out: 20 } } });
    const answer = await buyer.ask<Answer>('POST', '/v1/chat/completions', question('acme/anvil-2'));
    expect(answer.choices[0]?.message.content).toBe('An anvil.');
    // (100 × $0.714286 + 20 × $1.785715) per million, rounded up.
    expect(answer.usage.cost_usd).toBe('0.000107143');
    const asked = acmeUpstream.requests.at(-1);
    expect([asked?.url, asked?.headers['x-acme-key']]).toEqual(['/v1/generate', 'acme-key']);
    expect(acmeUpstream.lastJson()).toMatchObject({ model: 'anvil-2', limit: 50, stream: false });
  });

  test('sells what is streamed', async () => {
    acmeUpstream.answer({ body: '{"text":"An "}\n{"text":"anvil."}\n{"tokens":{"in":100,"out":20}}\n' });
    const response = await fetch(`${address}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${buyer.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...question('acme/anvil-2'), stream: true }),
    });
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
    const chunks = lines.map((line) => JSON.parse(line.slice('data: '.length)) as Chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta?.content ?? '').join('')).toBe('An anvil.');
    expect(chunks.findLast(({ usage }) => usage)?.usage?.cost_usd).toBe('0.000107143');
  });

  test('of OpenAI’s format needs the file only', async () => {
    const message = { role: 'assistant', content: 'Hi.' };
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
    compatibleUpstream.answer({ body: { choices: [{ index: 0, message, finish_reason: 'stop' }], usage } });
    const answer = await buyer.ask<Answer>('POST', '/v1/chat/completions', question('rack/llama-3.3-70b'));
    // (100 × $0.285715 + 20 × $0.571429) per million, rounded up.
    expect([answer.choices[0]?.message.content, answer.usage.cost_usd]).toEqual(['Hi.', '0.000040001']);
    expect(compatibleUpstream.lastJson()).toMatchObject({ model: 'meta-llama/Llama-3.3-70B-Instruct', max_tokens: 50 });
  });

  test('leaves the books right', async () => {
    const own = openDatabase(database.url);
    await refuseWrongBooks(own).finally(() => own.close());
  });
});
