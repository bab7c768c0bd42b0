import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { newId } from '../../apps/server/src/lib/id.ts';
import { type Books, balancesOf, breaches, createBooks, type Process } from '../lib/books.ts';
import { report } from '../lib/figures.ts';
import { bySize, CHECK } from '../lib/settings.ts';
import { COMMANDS, KEY_LIMIT, type Model, type Real, sweep } from './commands.ts';
import { createReferenceLedger, type RefKey } from './reference-ledger.ts';

const SEQUENCES = bySize({ small: 60, ordinary: 195, full: 4_000 });
const COMMANDS_MAX = 120;
const COMMANDS_MIN = bySize({ small: 2_000, ordinary: 10_000, full: 180_000 });
/** The check of the books reads all of them: a young database keeps it quick. */
const SEQUENCES_IN_ONE_DATABASE = 20;

interface Stage {
  books: Books;
  process: Process;
  other: Process;
  uses: number;
}

let stage: Stage | null = null;
afterAll(() => stage?.books.close());

async function freshStage(): Promise<Stage> {
  await stage?.books.close();
  const books = await createBooks();
  stage = { books, process: books.process(2), other: books.process(2), uses: 0 };
  return stage;
}

/** A database on which all went well so far. */
async function openStage(): Promise<Stage> {
  const used = stage !== null && stage.uses < SEQUENCES_IN_ONE_DATABASE ? stage : await freshStage();
  used.uses += 1;
  return used;
}

const gains = (before: Map<string, bigint>, after: Map<string, bigint>) =>
  new Map([...after].map(([code, balance]): [string, bigint] => [code, balance - (before.get(code) ?? 0n)]));
const withoutZeros = (balances: Map<string, bigint>) =>
  Object.fromEntries([...balances].filter(([, balance]) => balance !== 0n).sort());

/** Ends what is still running, so that the next sequence begins with nothing but its own. */
async function finish(model: Model, real: Real): Promise<void> {
  for (const call of model.ledger.calls.filter(({ state }) => state === 'open')) {
    const hold = real.holds.get(call.id);
    if (hold) await real.process.ledger.void(hold, { reason: 'upstream_error', attempts: [] });
    model.ledger.end(call, null);
  }
  await sweep.run(model, real);
  await real.books.expiry.run();
  model.ledger.expire(null);
}

async function compare(model: Model, real: Real, before: Map<string, bigint>): Promise<void> {
  const { wallets, platform } = await balancesOf(real.books.database);
  const own = [...wallets].filter(([code]) => real.users.some((user) => code.startsWith(`wallet:${user}:`)));
  const expected = model.ledger.wallets.filter(({ posted, held }) => posted !== 0n || held !== 0n);
  expect(Object.fromEntries(own)).toEqual(
    Object.fromEntries(expected.map(({ code, posted, held }) => [code, `${posted} held ${held}`])),
  );
  expect(withoutZeros(gains(before, platform))).toEqual(withoutZeros(model.ledger.platform()));
  const days = await real.books.database.query<{ api_key_id: string; held: bigint; spent: bigint }>(
    'SELECT api_key_id, sum(held)::bigint AS held, sum(spent)::bigint AS spent FROM api_key_days WHERE api_key_id = ANY($1) GROUP BY 1',
    [real.users.map((user) => `key_${user}`)],
  );
  const keys = [...model.keys].filter(([, { held, spent }]) => held > 0n || spent > 0n);
  const shown = days.filter(({ held, spent }) => held > 0n || spent > 0n);
  expect(Object.fromEntries(shown.map(({ api_key_id: id, held, spent }) => [id, { held, spent }]))).toEqual(
    Object.fromEntries(keys.map(([user, { held, spent }]) => [`key_${user}`, { held, spent }])),
  );
  expect(await breaches(real.books.ledger)).toEqual([]);
}

test('any sequence of commands leaves the books where the reference says', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: COMMANDS_MAX, size: 'max' }), async (commands) => {
      const { books, other } = await openStage();
      const process = books.process(2);
      const users = [newId('usr'), newId('usr'), newId('usr')];
      const real: Real = { books, process, other, users, holds: new Map(), topUps: [], grants: [], count: 0 };
      const keys = new Map<string, RefKey>(users.map((user) => [user, { limit: KEY_LIMIT, held: 0n, spent: 0n }]));
      const model: Model = { ledger: createReferenceLedger(), keys };
      const { platform: before } = await balancesOf(books.database);
      try {
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await compare(model, real, before);
        await finish(model, real);
        await compare(model, real, before);
        run += real.count;
      } catch (error) {
        // What went wrong must not follow the next sequence, which may be a smaller version of this one.
        await freshStage();
        throw error;
      } finally {
        await process.close();
      }
    }),
    { ...CHECK, numRuns: SEQUENCES },
  );
  report('model', { sequences: SEQUENCES, commands: run });
  expect(run).toBeGreaterThanOrEqual(COMMANDS_MIN);
});
