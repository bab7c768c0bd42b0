import { randomBytes } from 'node:crypto';
import type { PriceVersion } from '../features/catalog/price.ts';
import { accountId } from '../features/ledger/account-store.ts';
import { bookAdjustment } from '../features/ledger/adjustments.ts';
import { databaseNow } from '../features/ledger/digest-store.ts';
import { closeDays } from '../features/ledger/digests.ts';
import { bookGrant } from '../features/ledger/grants.ts';
import { bookJournal } from '../features/ledger/journal-store.ts';
import { createSigner } from '../features/ledger/receipt-signature.ts';
import { bookRefund } from '../features/ledger/refunds.ts';
import { checkLedger, type checkOpenDays, type LedgerCheck } from '../features/ledger/verify.ts';
import { newId } from '../lib/id.ts';
import type { Database } from '../platform/database/database.ts';
import { createTestLedger, type TestLedger } from './test-ledger.ts';

export const DAY_MS = 86_400_000;

/** Noon (UTC) so many days from now, when all days before that one can be closed: just after midnight the last one cannot yet. */
export const noonIn = (days: number): number => (Math.floor(Date.now() / DAY_MS) + days + 0.5) * DAY_MS;
const USAGE = { inputTokens: 400, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 300, reasoningTokens: 0 };

/** Who signs the digests of falsified books. */
export const booksSigner = createSigner(randomBytes(32));

/** Books with a bit of everything, to be falsified; the ids of some of their calls and people. */
export interface FalsifiedBooks extends TestLedger {
  /** A charged call of `person`, neither the first nor the last of its chain. */
  charged: string;
  /** A charged call on the caller's own provider key. */
  ownKey: string;
  /** A call that free tokens paid. */
  free: string;
  /** A call that cost more than was held. */
  overrun: string;
  person: string;
  other: string;
}

interface Call {
  userId: string;
  amount?: bigint;
  price?: PriceVersion;
  tokensMax?: bigint;
}

const terms = { apiKey: null, modelId: 'test/model', provider: 'test', payee: 'test' };

async function charge(books: TestLedger, call: Call): Promise<string> {
  const id = newId('req');
  const hold = await books.ledger.hold({ ...terms, id, price: books.price, amount: 2_000_000n, ...call });
  const attempts = [{ provider: 'test', outcome: 'completed', upstreamRequestId: 'up_1' }];
  await books.ledger.settle(hold, { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts });
  return id;
}

async function grantTokens(books: TestLedger, userId: string): Promise<void> {
  await books.database.transaction(async (tx) => {
    const id = newId('gnt');
    const debit = await accountId(tx, 'tokens:granted');
    const credit = await accountId(tx, `wallet:${userId}:tokens:${id}`);
    await tx.query(
      "INSERT INTO wallets (account_id, user_id, bucket, expires_at) VALUES ($1, $2, 'free_tokens', now() + interval '1 day')",
      [credit, userId],
    );
    const transfers = [{ debit, credit, amount: 1_000n }];
    await bookJournal(tx, { idemKey: `grant:${id}`, kind: 'grant', userId, holdId: null, details: {}, transfers });
  });
}

async function moveByHand(books: TestLedger, userId: string, refunded: string): Promise<void> {
  const by = { reason: 'for this test', actorId: 'usr_admin' };
  await books.database.transaction(async (tx) => {
    await bookRefund(tx, { ...by, callId: refunded, amount: 333_333n });
    await bookAdjustment(tx, { ...by, id: newId('adj'), userId, amount: 7_000n });
    await bookAdjustment(tx, { ...by, id: newId('adj'), userId, amount: -3_000n });
    const expiresAt = new Date(Date.now() + DAY_MS);
    await bookGrant(tx, { ...by, id: newId('gnt'), userId, amount: 90_000n, expiresAt });
  });
}

/** Calls of every kind, one running, one failed, money moved by hand; `refunded` is the call that is refunded, one of `other`. */
async function doEverything(books: TestLedger, person: string, other: string, refunded: string) {
  await grantTokens(books, other);
  await charge(books, { userId: other });
  const charged = await charge(books, { userId: person });
  const ownKey = await charge(books, { userId: person, price: { ...books.price, mode: 'byok', feeBps: 500 } });
  const free = await charge(books, { userId: other, tokensMax: 700n });
  const overrun = await charge(books, { userId: person, amount: 10_000n });
  const running = { ...terms, id: newId('req'), userId: person, price: books.price, amount: 1_000_000n };
  await books.ledger.extend(await books.ledger.hold(running), { nano: 10n, tokens: 0n });
  const more = { ...terms, id: newId('req'), userId: other, price: books.price, amount: 1_000_000n };
  await books.ledger.void(await books.ledger.hold(more), { reason: 'upstream_error', attempts: [] });
  await moveByHand(books, other, refunded);
  return { charged, ownKey, free, overrun };
}

async function openBooks(mode: 'resale' | 'publisher') {
  const books = await createTestLedger(mode);
  const [person, other] = [newId('usr'), newId('usr')];
  await books.fund(person, 50_000_000n);
  await books.fund(other, 50_000_000n);
  await books.database.query('CREATE SCHEMA saved');
  return { books, person, other };
}

/** Honest books with a bit of everything, and the digests of three days that have ended. */
export async function createBooksToFalsify(mode: 'resale' | 'publisher'): Promise<FalsifiedBooks> {
  const { books, person, other } = await openBooks(mode);
  const calls = await doEverything(books, person, other, await charge(books, { userId: other }));
  await closeDays(books.database, booksSigner, noonIn(3));
  return { ...books, ...calls, person, other };
}

/** Moves all that has happened some days back, as only a superuser can. */
export async function age(database: Database, days: number): Promise<void> {
  const moments = [
    ...['holds', 'journals', 'transfers', 'top_ups'].map((table) => [table, 'created_at']),
    ['hold_resolutions', 'resolved_at'],
  ];
  await database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    for (const [table, moment] of moments)
      await tx.query(`UPDATE ${table} SET ${moment} = ${moment} - make_interval(days => $1)`, [days]);
  });
}

/**
 * As `createBooksToFalsify`, and everything happened today; some days before, which are closed, people topped up and called. What is refunded
 * today was called then.
 */
export async function createOpenDaysToFalsify(mode: 'resale' | 'publisher'): Promise<FalsifiedBooks> {
  const { books, person, other } = await openBooks(mode);
  await charge(books, { userId: person });
  const before = await charge(books, { userId: other });
  await age(books.database, 5);
  await closeDays(books.database, booksSigner, await databaseNow(books.database));
  await books.fund(other, 1_000_000n);
  const calls = await doEverything(books, person, other, before);
  return { ...books, ...calls, person, other };
}

/** The broken invariants, each with what it says. */
export interface Breaches {
  ids: string[];
  details: string[];
}

/** Falsifies books as only a superuser can, runs the whole check or another, and puts the tables back as they were. */
export async function falsify(
  books: TestLedger,
  tables: string | string[],
  sql: string,
  run: typeof checkOpenDays = checkLedger,
): Promise<Breaches> {
  const names = [tables].flat();
  const asSuperuser = (...statements: string[]) =>
    books.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      for (const statement of statements) await tx.query(statement);
    });
  await asSuperuser(...names.map((table) => `CREATE TABLE saved.${table} AS TABLE ${table}`), sql);
  const restore = names.flatMap((table) => [
    `DELETE FROM ${table}`,
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE saved.${table}`,
    `DROP TABLE saved.${table}`,
  ]);
  let check: LedgerCheck;
  try {
    check = await run(books.database, [booksSigner.key]);
  } finally {
    await asSuperuser(...restore);
  }
  const broken = check.invariants.filter(({ ok }) => !ok);
  return { ids: broken.map(({ id }) => id), details: broken.map(({ detail }) => detail) };
}

/** What is altered, where, how, and what must be among the broken invariants. */
export type Alteration = [
  what: string,
  tables: string | string[],
  sql: (books: FalsifiedBooks) => string,
  broken: string[],
];

/** The first account whose code is like a pattern. */
export const account = (pattern: string) =>
  `(SELECT id FROM accounts WHERE code LIKE '${pattern}' ORDER BY id LIMIT 1)`;
/** The journal of a call's charge. */
export const journalOf = (call: string) => `(SELECT id FROM journals WHERE hold_id = '${call}' AND kind = 'charge')`;
/** Somebody's paid wallet. */
export const paid = (user: string) => `(SELECT account_id FROM wallets WHERE user_id = '${user}' AND bucket = 'paid')`;
/** The transfer of a call from or to an account. */
export const moved = (call: string, pattern: string) =>
  `journal_id = ${journalOf(call)} AND ${account(pattern)} IN (debit_account, credit_account)`;
/** Several statements in one, so that the books agree with each other as far as somebody may have thought of. */
export const together = (...statements: string[]) => `DO $$ BEGIN ${statements.join('; ')}; END $$`;
