import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../platform/database/database.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { runCatalogSync } from './catalog-sync.ts';

let url: string;
let database: Database;
let drop: () => Promise<void>;
let folder: string;

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  database = openDatabase(url);
  folder = await mkdtemp(join(tmpdir(), 'catalog-sync-'));
});

afterAll(async () => {
  await database.close();
  await drop();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ status: number; text: string }> {
  const lines: string[] = [];
  const status = await runCatalogSync(
    args,
    { DATABASE_URL: url },
    { line: (text) => lines.push(text), today: '2027-01-01' },
  );
  return { status, text: lines.join('\n') };
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const prices = () =>
  database.query<{ cost_input: bigint }>(
    "SELECT cost_input FROM price_versions WHERE model_id = 'mistral/codestral-2508' ORDER BY valid_from",
  );

const newer = JSON.stringify({ mistral: { models: { 'codestral-2508': { cost: { input: 0.4, output: 1.2 } } } } });

describe('catalog:sync', () => {
  test('a dry run writes nothing, not even the seed', async () => {
    const { status } = await run(await file('api.json', newer), '--dry-run', '--as-of', '2027-01-01');
    expect(status).toBe(0);
    expect(await database.query('SELECT 1 FROM models')).toEqual([]);
  });

  test('a newer catalog brings a new price beside the old one', async () => {
    const { status, text } = await run(await file('api.json', newer));
    expect(text).toContain(
      'price    mistral/codestral-2508: cost $0.40 in, $1.20 out; sold at $0.571429 in, $1.714286 out',
    );
    expect(text).toContain('0 new, 1 changed, 0 as before, 0 skipped.');
    expect(status).toBe(0);
    expect((await prices()).map((row) => row.cost_input)).toEqual([300_000n, 400_000n]);
  });

  test('the same catalog again finds everything as before', async () => {
    const { status, text } = await run(await file('api.json', newer));
    expect([status, text]).toEqual([0, expect.stringContaining('0 new, 0 changed, 1 as before, 0 skipped.')]);
    expect(await prices()).toHaveLength(2);
  });

  test('a file that stands for an older day is not believed', async () => {
    const older = JSON.stringify({ mistral: { models: { 'codestral-2508': { cost: { input: 9, output: 9 } } } } });
    const { status, text } = await run(await file('old.json', older), '--as-of', '2026-01-01');
    expect([status, text]).toEqual([
      0,
      expect.stringContaining('skipped  mistral/codestral-2508: what is stored is newer'),
    ]);
    expect(await prices()).toHaveLength(2);
  });

  test.each([
    ['no file', [], 'Usage:'],
    ['two files', ['a', 'b'], 'Usage:'],
    ['an unknown option', ['a', '--frobnicate'], "Unknown option '--frobnicate'"],
    ['a day that is none', ['a', '--as-of', '2026-13-45'], '--as-of takes a day'],
    ['a day to come', ['a', '--as-of', '2027-01-02'], '--as-of 2027-01-02 lies in the future.'],
    ['a file that is not there', ['/nowhere/api.json'], '/nowhere/api.json cannot be read (ENOENT).'],
    ['an address without https', ['http://127.0.0.1:1/api.json'], 'Give a file or an https address.'],
    [
      'an address that does not answer',
      ['https://127.0.0.1:1/api.json'],
      'https://127.0.0.1:1/api.json cannot be read',
    ],
  ])('%s ends with status 1 and says why', async (_, args, message) => {
    const { status, text } = await run(...args);
    expect([status, text]).toEqual([1, expect.stringContaining(message)]);
  });

  test.each([
    ['is not JSON', '{"mistral":', 'broken.json is not JSON.'],
    ['is no catalog', '{"hello":"world"}', 'neither a seed of this program nor a models.dev catalog'],
    [
      'has an impossible price',
      '{"mistral":{"models":{"codestral-2508":{"cost":{"input":-1,"output":1}}}}}',
      'mistral/codestral-2508: input -1 is no price',
    ],
  ])('a file that %s ends with status 1 and changes nothing', async (_, content, message) => {
    const before = await prices();
    const { status, text } = await run(await file('broken.json', content), '--as-of', '2027-01-01');
    expect([status, text]).toEqual([1, expect.stringContaining(message)]);
    expect(await prices()).toEqual(before);
  });

  test('a wrong configuration ends with status 1 and names the variable', async () => {
    const lines: string[] = [];
    const path = await file('api.json', newer);
    const status = await runCatalogSync(
      [path],
      { DATABASE_URL: url, COMMISSION_RATE: '30%' },
      { line: (text) => lines.push(text) },
    );
    expect([status, lines.join()]).toEqual([1, expect.stringContaining('COMMISSION_RATE')]);
  });

  test('--help explains itself', async () => {
    expect(await run('--help')).toEqual({ status: 0, text: expect.stringContaining('--dry-run') });
  });
});
