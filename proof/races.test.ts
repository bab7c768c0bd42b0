import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { answers } from '../apps/server/src/testing/upstream-behaviours.ts';
import { type Books, breaches, createBooks, topUp } from './lib/books.ts';
import { report } from './lib/figures.ts';
import { createRandom } from './lib/random.ts';
import { createServers, type Server, type Servers, signUp } from './lib/servers.ts';
import { bySize, SEED } from './lib/settings.ts';

const ROUNDS = bySize({ small: 1, ordinary: 1, full: 10 });
/** The input's bound of a short message, and a ceiling the caller names: together what is held, and what the upstream then bills. */
const INPUT_TOKENS = 512;
const OUTPUT_TOKENS = 100;
/** Its provider charges nothing more for what it caches: what is held is the plain price. */
const MODEL = 'openai/gpt-5.5';
/** Enough to keep both servers busy, and fewer than a machine has ports. */
const CONNECTIONS_A_SERVER = 150;

let books: Books;
let upstream: FakeUpstream;
let servers: Servers;
let pair: Server[] = [];
let price: bigint;
beforeAll(async () => {
  books = await createBooks();
  upstream = await createFakeUpstream();
  upstream.script(answers({ usage: { prompt_tokens: INPUT_TOKENS, completion_tokens: OUTPUT_TOKENS } }));
  servers = createServers({ databaseUrl: books.url, upstreamUrl: upstream.url });
  pair = [await servers.start()];
  pair.push(await servers.start());
  const [row] = await books.database.query<{ list_input: bigint; list_output: bigint }>(
    'SELECT list_input, list_output FROM price_versions WHERE model_id = $1 ORDER BY valid_from DESC LIMIT 1',
    [MODEL],
  );
  if (!row) throw new Error(`there is no price of ${MODEL}`);
  price = (BigInt(INPUT_TOKENS) * row.list_input + BigInt(OUTPUT_TOKENS) * row.list_output + 999n) / 1_000n;
});
afterAll(async () => {
  await Promise.all(pair.map((server) => server.stop()));
  await upstream?.close();
  await books?.close();
  servers?.removeData();
});

interface Answer {
  status: number;
  cost: string;
  code: string;
  message: string;
}

async function call(url: string, apiKey: string): Promise<Answer> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'x-clamp-max-tokens': 'off' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }], max_tokens: OUTPUT_TOKENS }),
  });
  const body = (await response.json()) as { usage?: { cost_usd: string }; error?: { code: string; message: string } };
  return {
    status: response.status,
    cost: body.usage?.cost_usd ?? '',
    code: body.error?.code ?? '',
    message: body.error?.message ?? '',
  };
}

/** Sends `count` calls in turn to both servers, as many at once as there are connections. */
async function callAll(count: number, apiKey: string): Promise<Answer[]> {
  const all: Answer[] = [];
  let next = 0;
  const lane = async () => {
    for (let mine = next++; mine < count; mine = next++) all.push(await call(pair[mine % 2]?.url ?? '', apiKey));
  };
  await Promise.all(Array.from({ length: Math.min(count, CONNECTIONS_A_SERVER * 2) }, lane));
  return all;
}

test.each([
  [200, 1],
  [500, 7],
  [1_000, 100],
  [2_000, 333],
])(
  '%i calls on two servers with money for %i: exactly so many are made, and not a nano-dollar is missing',
  async (calls, affordable) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const buyer = await signUp(pair[0]?.url ?? '', `racer-${calls}`);
      const rest = BigInt(createRandom(SEED + calls + round).below(Number(price)));
      await topUp({ database: books.database, ledger: books.ledger }, buyer.id, price * BigInt(affordable) + rest);
      const before = upstream.requests.length;
      const all = await callAll(calls, buyer.apiKey);
      expect(upstream.requests.length - before).toBe(affordable);
      const passed = all.filter(({ status }) => status === 200);
      const refused = all.filter(({ status, code }) => status === 402 && code === 'insufficient_balance');
      expect(all.filter((answer) => !passed.includes(answer) && !refused.includes(answer))).toEqual([]);
      expect([passed.length, refused.length]).toEqual([affordable, calls - affordable]);
      expect(new Set(passed.map(({ cost }) => BigInt(cost.replace('.', ''))))).toEqual(new Set([price]));
      expect(await books.ledger.totals(buyer.id)).toMatchObject({ posted: rest, held: 0n });
      expect(await breaches(books.ledger)).toEqual([]);
    }
    report(`race, ${calls} calls for ${affordable}`, {
      rounds: ROUNDS,
      passed: affordable * ROUNDS,
      refused: (calls - affordable) * ROUNDS,
    });
  },
);
