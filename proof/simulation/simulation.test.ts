import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { createCatalog } from '../../apps/server/src/features/catalog/service.ts';
import { accountIds } from '../../apps/server/src/features/ledger/account-store.ts';
import { type Books, breaches, createBooks } from '../lib/books.ts';
import { report } from '../lib/figures.ts';
import { bySize, SEED } from '../lib/settings.ts';
import { type Outcome, simulate, termsOf } from './simulate.ts';
import { stopTime } from './virtual-time.ts';

const WORLDS = bySize({ small: 250, ordinary: 300, full: 10_000 });
const WORLDS_REPEATED = bySize({ small: 0, ordinary: 10, full: 200 });
/** The check of the books reads all of them: a young database keeps it quick. */
const WORLDS_IN_ONE_DATABASE = 30;
const WORLDS_BETWEEN_CHECKS = 10;
const FAULTY_TRACE_TAIL = 60;
/** How often and for how long the second run of a world is held up. */
const HINDERED = 0.02;
const HINDERED_MS_MAX = 200;

const ACCOUNTS = [
  'revenue:resale',
  'expense:overrun',
  'expense:provider_cost',
  'payable:provider:openai',
  'payable:provider:mistral',
  'asset:test_funds',
];

let books: Books | null = null;
afterAll(() => books?.close());

async function openGround() {
  await books?.close();
  books = await createBooks(stopTime);
  const catalog = createCatalog({
    database: books.database,
    isProviderAvailable: (id) => id === 'openai' || id === 'mistral',
    commissionBps: 3_000,
  });
  await catalog.load();
  catalog.close();
  // Accounts are made when they are first needed; worlds are to find them all alike.
  await accountIds(books.database, ACCOUNTS);
  return { real: books.database, catalog, terms: termsOf(catalog), ledger: books.ledger };
}

/** The seeds of worlds are numbered from the seed of the run. */
const seedOf = (index: number) => Math.imul(SEED, 1_000_003) + index;

function explain(seed: number, outcome: Outcome): string {
  return `world ${seed}:\n${outcome.faults.join('\n')}\n… ${outcome.trace.slice(-FAULTY_TRACE_TAIL).join('\n')}`;
}

test('whatever goes wrong, every call ends once, costs what it may, and its caller was told the truth', async () => {
  let ground = await openGround();
  let events = 0;
  let calls = 0;
  for (let index = 0; index < WORLDS; index += 1) {
    if (index % WORLDS_IN_ONE_DATABASE === 1) ground = await openGround();
    const outcome = await simulate(seedOf(index), ground);
    expect(outcome.faults, explain(seedOf(index), outcome)).toEqual([]);
    if (index % WORLDS_BETWEEN_CHECKS === 0) {
      expect(
        await breaches(ground.ledger),
        `one of the ${WORLDS_BETWEEN_CHECKS} worlds up to ${seedOf(index)}`,
      ).toEqual([]);
    }
    events += outcome.events;
    calls += outcome.calls;
  }
  expect(await breaches(ground.ledger)).toEqual([]);
  report('simulation', { worlds: WORLDS, calls, events });
});

test('one seed is one order of events, however slow the machine is', async () => {
  const ground = await openGround();
  // By another source than the seed: the world must not notice it.
  const hinder = async () => {
    if (Math.random() < HINDERED) await sleep(Math.random() * HINDERED_MS_MAX);
  };
  for (let index = 0; index < WORLDS_REPEATED; index += 1) {
    const first = await simulate(seedOf(index), ground);
    const second = await simulate(seedOf(index), { ...ground, hinder });
    const parting = first.trace.findIndex((event, at) => second.trace[at] !== event);
    const around = ({ trace }: Outcome) => trace.slice(Math.max(0, parting - 12), parting + 1);
    expect(parting < 0 ? [] : around(second)).toEqual(parting < 0 ? [] : around(first));
    expect(second.trace).toHaveLength(first.trace.length);
  }
});
