import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signedReceiptSchema } from '@q/contract/receipts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scriptedServer } from '../../testing/scripted-server.ts';
import { TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';
import { isBusy } from '../../testing/upstream-behaviours.ts';
import { createSigner, receiptFault, type SignedReceipt } from '../ledger/receipt-signature.ts';

const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url));
const BODY = { model: 'openai/gpt-5.5', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'q-receipts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const stage = scriptedServer();

async function call(): Promise<{ id: string; costUsd: string }> {
  const { body, headers } = await stage.person.ask('POST', '/v1/chat/completions', BODY);
  return { id: headers.get('x-request-id') ?? '', costUsd: body.usage.cost_usd };
}

async function receiptOf(callId: string): Promise<SignedReceipt> {
  const { status, body } = await stage.person.ask('GET', `/api/v1/receipts/${callId}`);
  expect(status).toBe(200);
  return body;
}

/** The same value with its first digit that is found deep inside changed. */
function withOtherDigit(receipt: SignedReceipt, path: (string | number)[]): SignedReceipt {
  const copy = structuredClone(receipt);
  // biome-ignore lint/suspicious/noExplicitAny: walks any receipt.
  let at: any = copy;
  for (const step of path.slice(0, -1)) at = at[step];
  const last = path.at(-1) as string;
  const other = (digit: string) => String((Number(digit) + 1) % 10);
  at[last] =
    typeof at[last] === 'number'
      ? at[last] + 1
      : String(at[last]).replace(/\d(?=\D*$)/, (digit: string) => other(digit));
  return copy;
}

/** The paths of all leaves that hold a digit. */
function digitPaths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, each]) => digitPaths(each, [...path, key]));
  return /\d/.test(String(value)) ? [path] : [];
}

const verify = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', 'apps/server/src/commands/receipt-verify.ts', ...args], {
    cwd: ROOT,
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
  );

describe('the receipt of a call', () => {
  test('tells what was charged, by which prices and how it was split', async () => {
    const { id, costUsd } = await call();
    const signed = await receiptOf(id);
    expect(signedReceiptSchema.strict().safeParse(signed).error).toBeUndefined();
    expect(signed.receipt).toMatchObject({
      call_id: id,
      user_id: stage.person.id,
      model: BODY.model,
      provider: 'openai',
      mode: 'resale',
      charged_usd: costUsd,
      overrun_usd: '0.000000000',
      outcome: 'completed',
      usage: { input_tokens: 10, output_tokens: 4 },
      usage_source: 'provider',
      attempts: [{ provider: 'openai', outcome: 'completed' }],
    });
    const nano = (usd: unknown) => BigInt(String(usd).replace('.', ''));
    const split = signed.receipt['split'] as Record<string, string>;
    expect(nano(split['payee_usd']) + nano(split['platform_usd'])).toBe(nano(costUsd));
  });

  test('follows the receipt before it in the chain', async () => {
    const first = await receiptOf((await call()).id);
    const second = await receiptOf((await call()).id);
    expect(second.prev_hash).toBe(first.hash);
    const seqOf = (signed: SignedReceipt) => (signed.receipt['chain'] as { seq: number }).seq;
    expect(seqOf(second)).toBe(seqOf(first) + 1);
  });

  test('is valid, and any altered digit of it makes it invalid', async () => {
    const signed = await receiptOf((await call()).id);
    const { body: key } = await askWith(stage.server.url, null)('GET', '/api/v1/receipts/key');
    expect(receiptFault(signed, key.public_key)).toBeNull();
    const paths = digitPaths({ receipt: signed.receipt, prev_hash: signed.prev_hash, hash: signed.hash });
    expect(paths.length).toBeGreaterThan(25);
    for (const path of paths) {
      expect(receiptFault(withOtherDigit(signed, path), key.public_key), path.join('.')).not.toBeNull();
    }
  });

  test('made good by somebody with another key is refused by who knows the marketplace’s', async () => {
    const signed = await receiptOf((await call()).id);
    const forger = createSigner(new Uint8Array(32).fill(7));
    const forged = { ...signed, signature: forger.sign('receipt', signed.hash), key: forger.key };
    expect(receiptFault(forged, null)).toBeNull();
    expect(receiptFault(forged, signed.key.public_key)).toMatch(/another key/);
    expect(receiptFault({ ...signed, signature: forger.sign('receipt', signed.hash) }, null)).toMatch(/signature/);
    const digest = createSigner(new Uint8Array(32).fill(7)).sign('digest', signed.hash);
    expect(receiptFault({ ...forged, signature: digest }, null)).toMatch(/signature/);
  });

  test('made good by somebody with another key cannot bear the id of the marketplace’s key', async () => {
    const signed = await receiptOf((await call()).id);
    const forger = createSigner(new Uint8Array(32).fill(7));
    const key = { ...forger.key, id: signed.key.id };
    const forged = { ...signed, signature: forger.sign('receipt', signed.hash), key };
    expect(receiptFault(forged, null)).toMatch(/id of the key/);
    const file = join(folder, 'named.json');
    writeFileSync(file, JSON.stringify(forged));
    expect(await verify(file)).toMatchObject({ code: 1 });
  });

  test('a receipt that was altered in the database is not signed', async () => {
    const { id } = await call();
    const alter = (from: string, to: string) =>
      stage.server.database.transaction(async (tx) => {
        await tx.query('ALTER TABLE receipts DISABLE TRIGGER receipts_append_only');
        await tx.query('UPDATE receipts SET body = replace(body, $2, $3) WHERE hold_id = $1', [id, from, to]);
        await tx.query('ALTER TABLE receipts ENABLE TRIGGER receipts_append_only');
      });
    await alter('"output_tokens":4', '"output_tokens":5');
    expect((await stage.person.ask('GET', `/api/v1/receipts/${id}`)).status).toBe(500);
    await alter('"output_tokens":5', '"output_tokens":4');
    expect((await stage.person.ask('GET', `/api/v1/receipts/${id}`)).status).toBe(200);
  });

  test('is shown to its owner and to an administrator, to nobody else', async () => {
    const { id } = await call();
    const stranger = await signUpPerson(stage.server.url, 0);
    expect((await stranger.ask('GET', `/api/v1/receipts/${id}`)).status).toBe(404);
    expect((await askWith(stage.server.url, null)('GET', `/api/v1/receipts/${id}`)).status).toBe(401);
    const { body } = await askWith(stage.server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const admin = askWith(stage.server.url, body.access_token);
    expect((await admin('GET', `/api/v1/receipts/${id}`)).status).toBe(200);
    for (const [permissions, status] of [
      [['inference', 'read'], 404],
      [['read', 'manage'], 200],
    ]) {
      const { key } = (await admin('POST', '/api/v1/keys', { name: 'a key', permissions })).body;
      expect((await askWith(stage.server.url, key)('GET', `/api/v1/receipts/${id}`)).status).toBe(status);
    }
  });

  test('does not exist for a call that cost nothing, nor for one that never was', async () => {
    stage.upstream.script(isBusy());
    const failed = await stage.person.ask('POST', '/v1/chat/completions', BODY);
    const answer = await stage.person.ask('GET', `/api/v1/receipts/${failed.headers.get('x-request-id')}`);
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).toContain('cost nothing');
    expect((await stage.person.ask('GET', '/api/v1/receipts/req_none')).status).toBe(404);
  });
});

describe('npm run receipt:verify', () => {
  const save = (name: string, value: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(value, null, 2));
    return file;
  };

  test('accepts a saved receipt, and refuses it after one digit was changed', async () => {
    const signed = await receiptOf((await call()).id);
    const key = ['--key', signed.key.public_key];
    const good = await verify(save('good.json', signed), ...key);
    expect(good.text).toMatch(/^valid: req_/);
    expect(good.code).toBe(0);
    const bad = await verify(save('bad.json', withOtherDigit(signed, ['receipt', 'charged_usd'])), ...key);
    expect(bad.text).toMatch(/NOT VALID: the receipt was changed/);
    expect(bad.code).toBe(1);
    const more = await verify(save('more.json', { ...signed, note: 'paid' }), ...key);
    expect(more.code).toBe(2);
    const byTheKey = await verify(save('key.json', { ...signed, key: { ...signed.key, note: 'paid' } }), ...key);
    expect(byTheKey.code).toBe(2);
    const behind = await verify(save('behind.json', { ...signed, signature: `${signed.signature} paid` }), ...key);
    expect(behind.code).toBe(1);
    const inside = {
      ...signed,
      receipt: { ...signed.receipt, split: { ...Object(signed.receipt['split']), note: 'paid' } },
    };
    expect((await verify(save('inside.json', inside), ...key)).code).toBe(1);
  });
});
