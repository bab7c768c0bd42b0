import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Alteration,
  account,
  createBooksToFalsify,
  createOpenDaysToFalsify,
  type FalsifiedBooks,
  falsify,
  journalOf,
  moved,
  paid,
  together,
} from '../../testing/falsified-books.ts';
import { checkOpenDays } from './verify.ts';

let resale: FalsifiedBooks;
let publisher: FalsifiedBooks;
let today: FalsifiedBooks;
beforeAll(async () => {
  resale = await createBooksToFalsify('resale');
  publisher = await createBooksToFalsify('publisher');
  today = await createOpenDaysToFalsify('resale');
});
afterAll(async () => {
  await resale?.close();
  await publisher?.close();
  await today?.close();
});

const post = (user: string, nano: number) =>
  `UPDATE wallets SET posted = posted + ${nano} WHERE account_id = ${paid(user)}`;
const bookedTopUp = (key: string, user: string) =>
  `WITH j AS (INSERT INTO journals (idem_key, kind, user_id) VALUES ('${key}', 'top_up', '${user}') RETURNING id)
   INSERT INTO transfers (journal_id, debit_account, credit_account, amount) SELECT id, ${account('asset:%')}, ${paid(user)}, 5 FROM j`;
const WALLETS: Alteration[] = [
  ['a balance', 'wallets', () => 'UPDATE wallets SET posted = posted + 1', ['I1']],
  ['a hold of a wallet', 'wallets', () => 'UPDATE wallets SET held = held + 1', ['I3']],
  ['a wallet that is gone', 'wallets', ({ person }) => `DELETE FROM wallets WHERE user_id = '${person}'`, ['I1']],
  [
    'whose wallet it is',
    'wallets',
    ({ person }) => `UPDATE wallets SET user_id = 'usr_thief' WHERE user_id = '${person}'`,
    ['I1'],
  ],
  ['what a wallet is for', 'wallets', () => "UPDATE wallets SET bucket = 'promo' WHERE bucket = 'free_tokens'", ['I1']],
  ['a wallet that may be overdrawn', 'wallets', () => 'UPDATE wallets SET floor = -1000000', ['I6']],
];

const TRANSFERS: Alteration[] = [
  [
    'one digit of a charge',
    'transfers',
    ({ charged }) => `UPDATE transfers SET amount = amount + 1 WHERE ${moved(charged, 'revenue:resale')}`,
    ['I1', 'I5', 'I8'],
  ],
  [
    'one digit of a charge and the balance with it',
    ['transfers', 'wallets'],
    ({ charged, person }) =>
      together(`UPDATE transfers SET amount = amount - 1 WHERE ${moved(charged, 'revenue:resale')}`, post(person, 1)),
    ['I5', 'I8'],
  ],
  [
    'one digit of a charge, its end and the balance with it',
    ['transfers', 'wallets', 'hold_resolutions'],
    ({ charged, person }) =>
      together(
        `UPDATE transfers SET amount = amount - 1 WHERE ${moved(charged, 'revenue:resale')}`,
        `UPDATE hold_resolutions SET amount = amount - 1 WHERE hold_id = '${charged}'`,
        post(person, 1),
      ),
    ['I9', 'I12'],
  ],
  [
    'one digit of what a provider is owed',
    'transfers',
    ({ charged }) => `UPDATE transfers SET amount = amount + 1 WHERE ${moved(charged, 'payable:%')}`,
    ['I12', 'I13'],
  ],
  [
    'who is owed',
    'transfers',
    ({ charged }) => `UPDATE transfers SET credit_account = ${account('asset:%')} WHERE ${moved(charged, 'payable:%')}`,
    ['I2', 'I13'],
  ],
  [
    'who earned, in favour of somebody’s wallet',
    ['transfers', 'wallets'],
    ({ charged, other }) =>
      together(
        `UPDATE wallets SET posted = posted + (SELECT amount FROM transfers WHERE ${moved(charged, 'revenue:resale')}) WHERE account_id = ${paid(other)}`,
        `UPDATE transfers SET credit_account = ${paid(other)} WHERE ${moved(charged, 'revenue:resale')}`,
      ),
    ['I2', 'I8'],
  ],
  [
    'who paid',
    ['transfers', 'wallets'],
    ({ charged, person, other }) => {
      const amount = `(SELECT amount FROM transfers WHERE ${moved(charged, 'revenue:resale')})`;
      return together(
        `UPDATE wallets SET posted = posted + ${amount} WHERE account_id = ${paid(person)}`,
        `UPDATE wallets SET posted = posted - ${amount} WHERE account_id = ${paid(other)}`,
        `UPDATE transfers SET debit_account = ${paid(other)} WHERE ${moved(charged, 'revenue:resale')}`,
      );
    },
    ['I2'],
  ],
  [
    'what a call on an own key earned',
    'transfers',
    ({ ownKey }) =>
      `UPDATE transfers SET credit_account = ${account('revenue:resale')} WHERE ${moved(ownKey, 'revenue:byok_fee')}`,
    ['I8'],
  ],
  [
    'an overrun that nobody bears',
    'transfers',
    ({ overrun }) => `DELETE FROM transfers WHERE ${moved(overrun, 'expense:overrun')}`,
    ['I8'],
  ],
  [
    'free tokens that were used',
    ['transfers', 'wallets'],
    ({ free }) =>
      together(
        `UPDATE transfers SET amount = amount - 1 WHERE ${moved(free, 'tokens:used')}`,
        "UPDATE wallets SET posted = posted + 1 WHERE bucket = 'free_tokens'",
      ),
    ['I12'],
  ],
  [
    'a transfer that is gone',
    'transfers',
    ({ charged }) => `DELETE FROM transfers WHERE ${moved(charged, 'revenue:resale')}`,
    ['I1', 'I5'],
  ],
  [
    'a transfer nobody made',
    'transfers',
    ({ charged }) =>
      `INSERT INTO transfers (journal_id, debit_account, credit_account, amount) SELECT journal_id, debit_account, credit_account, 5 FROM transfers WHERE ${moved(charged, 'revenue:resale')}`,
    ['I1', 'I5'],
  ],
  [
    'a transfer to nowhere',
    'transfers',
    ({ charged }) => `UPDATE transfers SET credit_account = 999999 WHERE ${moved(charged, 'revenue:resale')}`,
    ['I2'],
  ],
  [
    'a transfer out of nothing',
    'transfers',
    ({ charged }) => `UPDATE transfers SET journal_id = 999999 WHERE ${moved(charged, 'revenue:resale')}`,
    ['I2'],
  ],
  [
    'the time of a transfer',
    'transfers',
    ({ charged }) =>
      `UPDATE transfers SET created_at = created_at - interval '1 microsecond' WHERE ${moved(charged, 'revenue:resale')}`,
    ['I2', 'I14'],
  ],
];

const JOURNALS: Alteration[] = [
  [
    'a journal that is gone',
    'journals',
    ({ charged }) => `DELETE FROM journals WHERE hold_id = '${charged}'`,
    ['I2', 'I5'],
  ],
  [
    'what a journal is about',
    'journals',
    ({ charged }) => `UPDATE journals SET kind = 'adjustment' WHERE id = ${journalOf(charged)}`,
    ['I2', 'I5'],
  ],
  [
    'whose journal it is',
    'journals',
    ({ charged, other }) => `UPDATE journals SET user_id = '${other}' WHERE id = ${journalOf(charged)}`,
    ['I2'],
  ],
  [
    'the key that keeps a charge from being booked twice',
    'journals',
    ({ charged }) => `UPDATE journals SET idem_key = 'free:again' WHERE id = ${journalOf(charged)}`,
    ['I5'],
  ],
  [
    'the time of a charge',
    ['journals', 'transfers'],
    ({ charged }) =>
      together(
        `UPDATE journals SET created_at = created_at - interval '1 day' WHERE id = ${journalOf(charged)}`,
        `UPDATE transfers SET created_at = created_at - interval '1 day' WHERE journal_id = ${journalOf(charged)}`,
      ),
    ['I5', 'I14'],
  ],
  [
    'a charge of no call',
    'journals',
    () => "INSERT INTO journals (idem_key, kind) VALUES ('settle:x', 'charge')",
    ['I5'],
  ],
  [
    'a charge that lost its call',
    'journals',
    ({ charged }) => `UPDATE journals SET hold_id = NULL WHERE id = ${journalOf(charged)}`,
    ['I5'],
  ],
  [
    'the asset of an account',
    'accounts',
    () => "UPDATE accounts SET asset = 'FREE_TOKEN' WHERE code = 'revenue:resale'",
    ['I2'],
  ],
  [
    'the kind of an account',
    'accounts',
    () => "UPDATE accounts SET kind = 'asset' WHERE code = 'revenue:resale'",
    ['I2'],
  ],
  [
    'the name of an account',
    'accounts',
    () => "UPDATE accounts SET code = 'payable:provider:thief' WHERE code = 'payable:provider:test'",
    ['I13'],
  ],
  [
    'the name of a wallet’s account',
    'accounts',
    ({ person }) => `UPDATE accounts SET code = 'wallet:usr_thief:paid' WHERE id = ${paid(person)}`,
    ['I1'],
  ],
];

const TOP_UPS: Alteration[] = [
  [
    'a top-up that nobody paid',
    'top_ups',
    () => 'DELETE FROM top_ups WHERE id = (SELECT id FROM top_ups ORDER BY created_at DESC LIMIT 1)',
    ['I11'],
  ],
  ['a top-up larger than was paid', 'top_ups', () => 'UPDATE top_ups SET amount = amount - 1', ['I11']],
  ['a top-up that failed', 'top_ups', () => "UPDATE top_ups SET status = 'failed'", ['I11']],
  ['whose top-up it was', 'top_ups', ({ person }) => `UPDATE top_ups SET user_id = '${person}'`, ['I11']],
  [
    'a credit under an invented key, balance and all',
    ['journals', 'transfers', 'wallets'],
    ({ person }) => together(bookedTopUp('invented', person), post(person, 5)),
    ['I11'],
  ],
  [
    'a top-up booked twice, balance and all',
    ['journals', 'transfers', 'wallets'],
    ({ person }) => together(bookedTopUp('topup:', person), post(person, 5)),
    ['I11'],
  ],
  [
    'a refund larger than the charge',
    'transfers',
    () => "UPDATE transfers SET amount = 1000001 WHERE journal_id = (SELECT id FROM journals WHERE kind = 'refund')",
    ['I11'],
  ],
  ['a refund of no call', 'journals', () => "UPDATE journals SET hold_id = NULL WHERE kind = 'refund'", ['I11']],
  [
    'a refund paid out instead',
    ['transfers', 'wallets'],
    ({ other }) =>
      together(
        `UPDATE wallets SET posted = posted - (SELECT amount FROM transfers WHERE journal_id = (SELECT id FROM journals WHERE kind = 'refund')) WHERE account_id = ${paid(other)}`,
        `UPDATE transfers SET credit_account = ${account('asset:%')} WHERE journal_id = (SELECT id FROM journals WHERE kind = 'refund')`,
      ),
    ['I2'],
  ],
];

const ALTERATIONS: [where: string, alterations: Alteration[]][] = [
  ['wallets', WALLETS],
  ['transfers', TRANSFERS],
  ['journals and accounts', JOURNALS],
  ['top-ups and refunds', TOP_UPS],
];

describe.each(ALTERATIONS)('the check names what was altered in %s:', (_where, alterations) => {
  test.each(alterations)('%s', async (_what, tables, sql, expected) => {
    const { ids, details } = await falsify(resale, tables, sql(resale));
    expect(ids).toEqual(expect.arrayContaining(expected));
    for (const detail of details) expect(detail).toMatch(/\w+ \S+/);
  });
});

describe.each(ALTERATIONS)('the check of the open days names what was altered in %s:', (_where, alterations) => {
  test.each(alterations)('%s', async (_what, tables, sql, expected) => {
    const { ids } = await falsify(today, tables, sql(today), checkOpenDays);
    // A transfer of an open day is in no digest yet.
    expect(ids).toEqual(expect.arrayContaining(expected.filter((id) => id !== 'I14')));
  });
});

describe('the check names', () => {
  test.each([
    ['commission moved to the publisher', 'revenue:commission', 'payable:publisher:%'],
    ['the share moved to the platform', 'payable:publisher:%', 'revenue:commission'],
  ])('%s', async (_what, from, to) => {
    const move = `UPDATE transfers SET credit_account = ${account(to)} WHERE ${moved(publisher.charged, from)}`;
    expect((await falsify(publisher, 'transfers', move)).ids).toEqual(expect.arrayContaining(['I7', 'I13']));
  });

  test('a wallet that was overdrawn, which no constraint would let pass', async () => {
    const rule = 'wallets_never_overdrawn';
    await resale.database.query(`ALTER TABLE wallets DROP CONSTRAINT ${rule}`);
    expect((await falsify(resale, 'wallets', 'UPDATE wallets SET held = posted + 1')).ids).toContain('I6');
    await resale.database.query(`ALTER TABLE wallets ADD CONSTRAINT ${rule} CHECK (posted - held >= floor)`);
  });

  test('a call that was ended twice, which no key would let pass', async () => {
    await resale.database.query('ALTER TABLE hold_resolutions DROP CONSTRAINT hold_resolutions_pkey');
    const again = `INSERT INTO hold_resolutions SELECT * FROM hold_resolutions WHERE hold_id = '${resale.charged}'`;
    expect((await falsify(resale, 'hold_resolutions', again)).ids).toContain('I4');
    await resale.database.query('ALTER TABLE hold_resolutions ADD PRIMARY KEY (hold_id)');
  });

  test('the wallet and both figures', async () => {
    const { details } = await falsify(
      resale,
      'wallets',
      "UPDATE wallets SET posted = posted + 1 WHERE bucket = 'paid'",
    );
    expect(details[0]).toMatch(/^wallet wallet:usr_\w+:paid: posted \d+1, transfers say \d+0$/);
  });
});
