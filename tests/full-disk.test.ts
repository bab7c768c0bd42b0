import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseUsd } from '@q/contract/money';
import { afterAll, expect, test } from 'vitest';
import { ADMIN, type Buyer, checkBooks, type Product, signUp, startProduct } from './product.ts';

/** Room for a new database and some calls. */
const DISK_MB = 160;
const CALL_EVERY_MS = 100;
const PIECE_BYTES = 1024 * 1024;
const LEFT_BYTES = 8 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'q-small-disk-'));
/** Only root may, and not in every container. */
const hasSmallDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder]).status === 0;
let product: Product | undefined;

afterAll(async () => {
  await product?.stop();
  if (hasSmallDisk) spawnSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const filler = join(folder, 'filler');

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Uses up all room, and what becomes free again. Returns what gives it back. */
function fillDisk(): () => void {
  const fill = () => {
    try {
      while (freeBytes() > LEFT_BYTES)
        appendFileSync(filler, Buffer.alloc(Math.min(PIECE_BYTES, freeBytes() - LEFT_BYTES / 2)));
    } catch {
      // Somebody else took the last of it.
    }
  };
  fill();
  const timer = setInterval(fill, 50);
  return () => {
    clearInterval(timer);
    rmSync(filler);
  };
}

interface Answer {
  status: number;
  /** The error's code; null for an answer. */
  code: string | null;
  costNano: bigint;
}

async function call(url: string, { apiKey }: Buyer): Promise<Answer> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'sandbox/guide',
      messages: [{ role: 'user', content: 'How do keys work?' }],
      max_tokens: 20,
    }),
  });
  const body = (await response.json()) as { usage?: { cost_usd: string }; error?: { code: string } };
  const costNano = parseUsd(body.usage?.cost_usd ?? '0') ?? -1n;
  return { status: response.status, code: body.error?.code ?? null, costNano };
}

/** What `/readyz` says of the disk; undefined while the database does not answer at all. */
async function diskOf(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/readyz`);
  return ((await answer.json()) as { disk?: string }).disk;
}

/** A call every tenth of a second until `stop`, whether or not earlier ones were answered; `answers` grows meanwhile. */
function startCalling(url: string, buyer: Buyer) {
  const answers: Answer[] = [];
  const calls: Promise<unknown>[] = [];
  const timer = setInterval(() => calls.push(call(url, buyer).then((answer) => answers.push(answer))), CALL_EVERY_MS);
  return {
    answers,
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(calls);
    },
  };
}

test.runIf(hasSmallDisk)(
  'a full disk refuses calls with 503; when there is room again all goes on by itself, and nothing is lost',
  async () => {
    product = await startProduct(ADMIN, join(folder, 'data'));
    const { url } = product;
    const buyer = await signUp(url, 50);
    const calling = startCalling(url, buyer);
    const { answers } = calling;
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    await expect.poll(() => count(200), { timeout: 30_000 }).toBeGreaterThan(20);
    expect(count(200)).toBe(answers.length);

    const freeDisk = fillDisk();
    await expect.poll(() => count(503), { timeout: 90_000 }).toBeGreaterThan(20);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await expect.poll(() => diskOf(url), { timeout: 30_000 }).toBe('full');
    freeDisk();
    const before = count(200);
    await expect.poll(() => count(200), { timeout: 60_000 }).toBeGreaterThan(before + 20);
    await calling.stop();

    expect(answers.filter(({ status, code }) => status !== 200 && code !== 'service_unavailable')).toEqual([]);
    await expect
      .poll(async () => (await buyer.ask<{ held_usd: string }>('GET', '/api/v1/balance')).held_usd, { timeout: 90_000 })
      .toBe('0.000000000');
    const { spent_usd: spent } = await buyer.ask<{ spent_usd: string }>('GET', '/api/v1/balance');
    expect(parseUsd(spent)).toBe(answers.reduce((sum, { costNano }) => sum + costNano, 0n));
    expect((await checkBooks(url)).invariants.filter(({ ok }) => !ok)).toEqual([]);
  },
  300_000,
);
