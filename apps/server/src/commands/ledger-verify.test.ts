import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSigner } from '../features/ledger/receipt-signature.ts';
import { loadSecrets } from '../platform/secrets.ts';
import { booksSigner, createOpenDaysToFalsify, type FalsifiedBooks } from '../testing/falsified-books.ts';
import { runLedgerVerify } from './ledger-verify.ts';

const MASTER_KEY = 'a master key of this test, long enough';

let books: FalsifiedBooks;
let folder: string;
beforeAll(async () => {
  books = await createOpenDaysToFalsify('resale');
  folder = await mkdtemp(join(tmpdir(), 'ledger-verify-'));
});
afterAll(async () => {
  await books?.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(args: string[], environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const notes: string[] = [];
  const output = { line: (text: string) => void lines.push(text), note: (text: string) => void notes.push(text) };
  const status = await runLedgerVerify(args, { DATABASE_URL: books.url, DATA_DIR: folder, ...environment }, output);
  return { status, lines, notes };
}

test('prints every verdict and exits 0 when the books are right', async () => {
  const { status, lines } = await run([]);
  expect(status).toBe(0);
  expect(lines.filter((line) => line.startsWith('ok'))).toHaveLength(14);
  expect(lines.at(-1)).toMatch(/^\d+ transfers: the books are right$/);
});

test('checks what was written since the last closed day when it is asked to', async () => {
  const { status, lines } = await run(['--open-days']);
  expect(status).toBe(0);
  expect(lines.filter((line) => line.startsWith('ok'))).toHaveLength(14);
  expect(lines.at(-1)).toMatch(/^\d+ transfers since \d{4}-\d\d-\d\d: the books are right$/);
  const [whole, open] = await Promise.all([run(['--json']), run(['--json', '--open-days'])]);
  const [all, some] = [whole, open].map(({ lines: [line = ''] }) => JSON.parse(line));
  expect(all).toMatchObject({ ok: true, since: null });
  expect(some).toMatchObject({ ok: true, since: expect.any(String) });
  expect(some.checked).toBeLessThan(all.checked);
});

test('names what is wrong and exits 1, in JSON too', async () => {
  await books.database.query('UPDATE wallets SET posted = posted + 1');
  const plain = await run([]);
  const json = await run(['--json']);
  await books.database.query('UPDATE wallets SET posted = posted - 1');
  expect(plain.status).toBe(1);
  expect(plain.lines[0]).toMatch(/^WRONG I1 +wallet wallet:/);
  expect(json.status).toBe(1);
  expect(json.lines).toHaveLength(1);
  const said = JSON.parse(json.lines[0] ?? '');
  expect(said).toMatchObject({ ok: false, invariants: [{ id: 'I1', ok: false }, ...Array(13).fill({ ok: true })] });
});

test('checks who signed when it knows the master key, and makes none when it does not', async () => {
  const without = await run([]);
  expect(without.notes.join()).toContain('who signed the digests is not checked');
  const wrong = await run([], { MASTER_KEY });
  expect(wrong.status).toBe(1);
  expect(wrong.lines.join('\n')).toMatch(/WRONG I14 +digest of .* is signed by key \w+, which is not ours/);
  const believed = await run([], { MASTER_KEY, FORMER_RECEIPT_KEYS: booksSigner.key.public_key });
  expect(believed.status).toBe(0);
  const own = createSigner(loadSecrets({ dataDir: folder, masterKey: MASTER_KEY, production: false }).receiptKey);
  expect(wrong.lines.join()).not.toContain(own.key.id);
  expect((await run([])).notes).toHaveLength(1);
});

test('exits 2 when the books could not be checked', async () => {
  const away = await run([], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
  expect(away).toMatchObject({ status: 2, lines: [] });
  expect((await run(['--jsno'])).status).toBe(2);
});
