import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../apps/server/src/lib/id.ts';
import { startTestServer } from '../apps/server/src/testing/test-app.ts';
import { askWith, signUpPerson } from '../apps/server/src/testing/test-person.ts';
import { type Books, breaches, createBooks, type Process, topUp } from './lib/books.ts';
import { report } from './lib/figures.ts';
import { createRandom } from './lib/random.ts';
import { bySize, CHECK, SEED } from './lib/settings.ts';

const SCHEDULES = bySize({ small: 20, ordinary: 150, full: 10_000 });
const PROCESSES = 3;

let books: Books;
let processes: Process[];
beforeAll(async () => {
  books = await createBooks();
  processes = Array.from({ length: PROCESSES }, () => books.process(8));
});
afterAll(() => books.close());

const payments = fc.array(
  fc.record({ who: fc.nat(2), amount: fc.bigInt(1n, 10n ** 12n), times: fc.integer({ min: 1, max: 6 }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

test('a payment that is delivered often, at once and in any order, is credited once', async () => {
  let deliveries = 0;
  await fc.assert(
    fc.asyncProperty(payments, fc.integer(), async (paid, order) => {
      const users = [newId('usr'), newId('usr'), newId('usr')];
      const objects = paid.map((payment) => ({ ...payment, id: newId('top'), user: users[payment.who] ?? '' }));
      const random = createRandom(order);
      const all = random.shuffle(objects.flatMap((payment) => Array<typeof payment>(payment.times).fill(payment)));
      deliveries += all.length;
      const booked = await Promise.all(
        all.map(async ({ id, user, amount }) => ((await topUp(random.pick(processes), user, amount, id)) ? id : null)),
      );
      expect(booked.filter((id) => id !== null).sort()).toEqual(objects.map(({ id }) => id).sort());
      for (const user of users) {
        const own = objects.filter((payment) => payment.user === user);
        const total = own.reduce((sum, { amount }) => sum + amount, 0n);
        expect(await processes[0]?.ledger.balanceOf(user)).toBe(total);
      }
    }),
    { ...CHECK, numRuns: SCHEDULES },
  );
  expect(await breaches(books.ledger)).toEqual([]);
  report('top-ups', { schedules: SCHEDULES, deliveries });
});

test('over HTTP, under one Idempotency-Key on two servers: booked once, and another amount under it is refused', async () => {
  const first = await startTestServer();
  const second = await first.second();
  try {
    const random = createRandom(SEED);
    const person = await signUpPerson(first.url, 0);
    const keys = Array.from({ length: 5 }, (_, index) => ({ key: `proof-${index}`, usd: random.between(5, 50) }));
    const asked = random.shuffle(keys.flatMap((each) => Array<typeof each>(8).fill(each)));
    const ask = (url: string, { key, usd }: { key: string; usd: number }) =>
      askWith(url, person.token)(
        'POST',
        '/api/v1/balance/top-ups',
        { amount_usd: String(usd) },
        { 'idempotency-key': key },
      );
    const answers = await Promise.all(asked.map((each, index) => ask(index % 2 === 0 ? first.url : second.url, each)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(keys.length);
    for (const { key, usd } of keys) expect((await ask(second.url, { key, usd: usd + 1 })).status).toBe(422);
    const { body } = await person.ask('GET', '/api/v1/balance');
    expect(Number(body.total_usd)).toBe(keys.reduce((sum, { usd }) => sum + usd, 0));
    expect(await breaches(first.app.services.ledger)).toEqual([]);
  } finally {
    await first.close();
  }
});
