import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { newId } from '../../lib/id.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { age, booksSigner } from '../../testing/falsified-books.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { createTestLedger } from '../../testing/test-ledger.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { databaseNow, readDigests } from './digest-store.ts';
import { closeDays } from './digests.ts';
import { isSignedBy } from './receipt-signature.ts';
import { createBooksWatch } from './watch.ts';

const TOKEN = 'a token of the operator 1';
const CALL = { model: 'sandbox/guide', messages: [{ role: 'user', content: 'Hello' }] };

let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
let admin: TestPerson['ask'];
beforeAll(async () => {
  server = await startTestServer();
  person = await signUpPerson(server.url);
  const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
  admin = askWith(server.url, body.access_token);
});
afterAll(() => server?.close());
afterEach(async () => {
  expect((await admin('GET', '/api/v1/admin/ledger/check')).body).toMatchObject({ ok: true });
});

const falsify = (nano: number) => server.database.query('UPDATE wallets SET posted = posted + $1', [nano]);
const metrics = () => askWith(server.url, null)('GET', '/metrics').then(({ body }) => String(body));
const ready = () => askWith(server.url, null)('GET', '/readyz').then(({ body }) => body.money);

describe('books that are wrong', () => {
  test('stop everything that moves money, say so, and let it move again when they are right', async () => {
    await falsify(1);
    const { body } = await admin('GET', '/api/v1/admin/ledger/check');
    expect(body.ok).toBe(false);
    expect(await ready()).toBe('stopped');
    expect(await metrics()).toMatch(/^q_ledger_ok 0$/m);
    expect(await metrics()).toMatch(/^q_money_stopped 1$/m);
    const refused = [
      await person.ask('POST', '/v1/chat/completions', CALL),
      await person.ask('POST', '/v1/chat/completions', { ...CALL, stream: true }),
      await person.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '5' }),
      await admin('POST', '/api/v1/admin/adjustments', {
        user_id: person.id,
        amount_usd: '1',
        reason: 'a gift of ours',
      }),
      await admin('POST', '/api/v1/admin/grants', {
        user_id: person.id,
        amount_usd: '1',
        expires_at: new Date(Date.now() + 86_400_000).toISOString(),
        reason: 'a gift of ours',
      }),
    ];
    expect(refused.map(({ status, body: answer }) => [status, answer.error?.code])).toEqual(
      refused.map(() => [503, 'service_unavailable']),
    );
    expect(refused[0]?.body.error.message).toContain('Nothing was charged');
    expect((await person.ask('GET', '/api/v1/balance')).status).toBe(200);
    expect((await person.ask('GET', '/api/v1/transactions')).status).toBe(200);
    await falsify(-1);
    expect((await admin('GET', '/api/v1/admin/ledger/check')).body.ok).toBe(true);
    expect(await ready()).toBe('moves');
    expect((await person.ask('POST', '/v1/chat/completions', CALL)).status).toBe(200);
  });

  test('do not keep a running call from being charged', async () => {
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
      body: JSON.stringify({ ...CALL, stream: true }),
    });
    server.app.services.ledger.guard.set('for this test');
    const text = await answer.text();
    expect(text).toContain('"cost_usd"');
    expect(text).toMatch(/\[DONE\]\s*$/);
    server.app.services.ledger.guard.set(null);
  });

  test('are found when a server starts, which then moves no money', async () => {
    await falsify(1);
    const second = await server.second();
    expect(second.app.services.ledger.guard.reason()).toMatch(/^I1: wallet/);
    expect((await askWith(second.url, null)('GET', '/readyz')).body.money).toBe('stopped');
    await falsify(-1);
    await second.close();
  });
});

describe('metrics', () => {
  test('tell about the last check and about the process', async () => {
    await admin('GET', '/api/v1/admin/ledger/check');
    const text = await metrics();
    for (const name of ['q_ledger_ok 1', 'q_money_stopped 0', 'q_open_holds 0']) expect(text).toContain(`\n${name}\n`);
    expect(text).toMatch(/^q_ledger_checked_transfers [1-9]/m);
    for (const name of ['check', 'whole_check'])
      expect(text).toMatch(new RegExp(`^q_ledger_last_${name}_timestamp_seconds [1-9]`, 'm'));
    expect(text).toMatch(/^process_resident_memory_bytes /m);
  });

  test('count what was charged, in this process and in the books', async () => {
    const figure = (text: string, name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
    const before = await metrics();
    expect((await person.ask('POST', '/v1/chat/completions', CALL)).status).toBe(200);
    await admin('GET', '/api/v1/admin/ledger/check');
    const after = await metrics();
    const grown = (name: string) => figure(after, name) - figure(before, name);
    expect(grown('q_calls_ended_total\\{end="charged"\\}')).toBe(1);
    expect(grown('q_calls_ended_total\\{end="void"\\}')).toBe(0);
    expect(grown('q_ledger_charges')).toBe(1);
    expect(grown('q_charged_nano_dollars_total')).toBeGreaterThan(0);
    expect(grown('q_ledger_charged_nano_dollars')).toBe(grown('q_charged_nano_dollars_total'));
    expect(figure(after, 'q_ledger_held_nano_dollars')).toBe(0);
    expect(figure(after, 'q_ledger_open_holds')).toBe(0);
    expect(figure(after, 'q_ledger_check_failures')).toBe(0);
  });

  test('are not for whom a proxy passes on', async () => {
    const forwarded = await askWith(server.url, null)('GET', '/metrics', undefined, {
      'x-forwarded-for': '203.0.113.7',
    });
    expect(forwarded.status).toBe(403);
  });

  test('need the operator’s token once there is one', async () => {
    const guarded = await startTestServer({ METRICS_TOKEN: TOKEN.replaceAll(' ', '-') });
    const ask = (token: string | null) => askWith(guarded.url, token)('GET', '/metrics');
    expect((await ask(null)).status).toBe(403);
    expect((await ask('a-token-of-somebody')).status).toBe(403);
    expect((await ask(TOKEN.replaceAll(' ', '-'))).status).toBe(200);
    await guarded.close();
  });
});

describe('an administrator', () => {
  test('has the open days checked, or all', async () => {
    const check = (query: string) => admin('GET', `/api/v1/admin/ledger/check${query}`);
    const { body: whole } = await check('');
    expect(whole).toMatchObject({ ok: true, since: null });
    expect((await check('?days=open')).body).toEqual(whole);
    expect((await check('?days=some')).status).toBe(400);
  });
});

describe('digests', () => {
  test('are shown to an administrator only', async () => {
    expect((await admin('GET', '/api/v1/admin/ledger/digests')).body).toEqual({ data: [] });
    expect((await person.ask('GET', '/api/v1/admin/ledger/digests')).status).toBe(403);
  });
});

describe('the watch of a server', () => {
  /** `sweep` takes the place of the ledger's own, which a check begins with. */
  const HOUR_MS = 3_600_000;

  async function watched(sweep?: () => Promise<number>, aheadMs = 0) {
    const books = await createTestLedger();
    const clock = createFakeClock(Date.now() + aheadMs);
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    const { database, ledger } = books;
    const swept = sweep === undefined ? ledger : { guard: ledger.guard, sweep };
    const watch = createBooksWatch({ database, clock, logger, ledger: swept, signer: booksSigner, formerKeys: [] });
    const close = async () => {
      await watch.close();
      await books.close();
    };
    return { ...books, clock, lines, watch, close };
  }

  test('checks the books after the start and every hour, and raises an alert that names the row', async () => {
    const { clock, database, ledger, lines, watch, fund, close } = await watched();
    await fund(newId('usr'), 1_000n);
    clock.advance(10_000);
    await expect.poll(() => watch.last()?.ok).toBe(true);
    await database.query('UPDATE wallets SET posted = posted + 1');
    clock.advance(3_600_000);
    await expect.poll(() => watch.last()?.ok).toBe(false);
    const alert = lines.find((line) => line.includes('"alert":"ledger_broken"'));
    expect(JSON.parse(alert ?? '{}')).toMatchObject({ level: 'error', broken: expect.stringMatching(/^I1: wallet /) });
    expect(ledger.guard.reason()).toMatch(/^I1: wallet/);
    await database.query('UPDATE wallets SET posted = posted - 1');
    clock.advance(3_600_000);
    await expect.poll(() => ledger.guard.reason()).toBeNull();
    await close();
  });

  /** Books whose whole check takes a quarter of an hour, so that it rests for nearly five. */
  async function largeBooks() {
    const begun = { checks: 0 };
    const books = await watched(async () => {
      begun.checks += 1;
      await Promise.resolve();
      if (begun.checks === 1) books.clock.advance(HOUR_MS / 4);
      return 0;
    });
    await books.fund(newId('usr'), 1_000n);
    await age(books.database, 2);
    await closeDays(books.database, booksSigner, await databaseNow(books.database));
    await books.watch.check();
    expect(books.watch.last()?.durationMs).toBe(HOUR_MS / 4);
    return { ...books, begun };
  }

  test('rests nineteen times as long as a whole check took, and checks the open days meanwhile', async () => {
    const { clock, watch, ledger, database, begun, close } = await largeBooks();
    const wholeAt = watch.last()?.at;
    for (let hour = 1; hour <= 4; hour += 1) {
      const before = begun.checks;
      clock.advance(HOUR_MS);
      await expect.poll(() => begun.checks).toBe(before + 1);
      // Ends after the check of this hour, or with it.
      await watch.checkOpen();
      expect(watch.last()?.at).toBe(wholeAt);
    }
    await database.query('UPDATE wallets SET posted = posted + 1');
    await watch.checkOpen();
    expect(ledger.guard.reason()).toMatch(/^I1: wallet/);
    await database.query('UPDATE wallets SET posted = posted - 1');
    clock.advance(HOUR_MS);
    await expect.poll(() => watch.last()?.at).not.toBe(wholeAt);
    await expect.poll(() => ledger.guard.reason()).toBeNull();
    await close();
  });

  test('finds nothing right by a check of the open days once the whole books are wrong', async () => {
    const { clock, watch, ledger, database, close } = await largeBooks();
    const alter = (nano: number) =>
      database.transaction(async (tx) => {
        await tx.query('SET LOCAL session_replication_role = replica');
        await tx.query('UPDATE transfers SET amount = amount + $1', [nano]);
      });
    await alter(1);
    expect((await watch.checkOpen()).ok).toBe(true);
    expect((await watch.check()).ok).toBe(false);
    // From now on it is a check of everything.
    expect(await watch.checkOpen()).toMatchObject({ ok: false, since: null });
    expect(ledger.guard.reason()).toMatch(/^I1: wallet/);
    await alter(-1);
    // What was found wrong as a whole is looked at every hour, however long that takes.
    clock.advance(HOUR_MS);
    await expect.poll(() => ledger.guard.reason()).toBeNull();
    await close();
  });

  test('closes no day before it has found it right', async () => {
    const { clock, database, ledger, fund, close } = await watched(undefined, -300_000);
    await fund(newId('usr'), 1_000n);
    await age(database, 2);
    await database.query('UPDATE wallets SET posted = posted + 1');
    clock.advance(1_000);
    await expect.poll(() => ledger.guard.reason()).toMatch(/^I1: wallet/);
    expect(await readDigests(database)).toEqual([]);
    await database.query('UPDATE wallets SET posted = posted - 1');
    ledger.guard.set(null);
    clock.advance(600_000);
    await expect.poll(async () => (await readDigests(database)).length).toBeGreaterThan(0);
    await close();
  });

  test('ends holds that are due before it looks for them', async () => {
    const { database, ledger, watch, price, fund, close } = await watched();
    const userId = newId('usr');
    await fund(userId, 1_000_000n);
    const terms = { apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test', price };
    const hold = await ledger.hold({ ...terms, id: newId('req'), userId, amount: 1_000n });
    ledger.abandon(hold);
    await database.query("UPDATE hold_progress SET lease_until = now() - interval '10 minutes'");
    expect(await watch.check()).toMatchObject({ ok: true });
    expect(await ledger.totals(userId)).toMatchObject({ held: 0n, posted: 1_000_000n });
    await close();
  });

  test('counts checks that cannot be finished, and stops no money for them', async () => {
    const { clock, database, ledger, lines, watch, close } = await watched();
    await database.query('ALTER TABLE top_ups RENAME TO top_ups_away');
    clock.advance(10_000);
    await expect.poll(() => watch.failures()).toBe(1);
    expect(lines.some((line) => line.includes('"alert":"ledger_check_failed"'))).toBe(true);
    expect(ledger.guard.reason()).toBeNull();
    await database.query('ALTER TABLE top_ups_away RENAME TO top_ups');
    await close();
  });

  test.each([-11, 11])(
    'closes no day while its clock is %d minutes off the database’s, and says so',
    async (minutes) => {
      const { clock, database, lines, fund, close } = await watched(undefined, minutes * 60_000);
      await fund(newId('usr'), 1_000n);
      await age(database, 2);
      clock.advance(1_000);
      await expect.poll(() => lines.find((line) => line.includes('"alert":"clocks_apart"'))).toBeDefined();
      expect(await readDigests(database)).toEqual([]);
      await close();
    },
  );

  test('closes days that have ended', async () => {
    const { clock, database, lines, fund, close } = await watched(undefined, 240_000);
    await fund(newId('usr'), 1_000n);
    await age(database, 2);
    await fund(newId('usr'), 1_000n);
    clock.advance(1_000);
    await expect.poll(() => lines.filter((line) => line.includes('the day is closed')).length).toBeGreaterThan(0);
    const [first, ...others] = await readDigests(database);
    expect(first?.transfers).toBe(1n);
    // Yesterday is closed too, unless midnight was less than a quarter of an hour ago.
    expect(others.length).toBeLessThanOrEqual(1);
    // As whoever keeps digests elsewhere would check one, by what is told of them alone.
    const { hash = '', signature = '', key_id: _key, transfers, ...said } = first ?? {};
    const text = canonicalJson({ v: 2, ...said, transfers: String(transfers) });
    expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
    expect(isSignedBy(booksSigner.key.public_key, { purpose: 'digest', hash, signature })).toBe(true);
    expect(signature).toMatch(/^[A-Za-z0-9+/]{86}==$/);
    await close();
  });

  test('waits at its close for the check and the digests under way, which use the database', async () => {
    const { clock, lines, watch, fund, close } = await watched();
    await fund(newId('usr'), 1_000n);
    clock.advance(10_000);
    await watch.close();
    expect(watch.last()?.ok).toBe(true);
    await close();
    expect(lines.filter((line) => line.includes('failed'))).toEqual([]);
  });
});
