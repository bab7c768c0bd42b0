import type { LedgerAccountList, Revenue } from '@q/contract/revenue';
import type { Balance, LedgerCheck, UsageList } from '@q/contract/wallet';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN } from '../../apps/server/src/testing/test-app.ts';
import type { TestPerson } from '../../apps/server/src/testing/test-person.ts';
import { faultsOfSight, openWatched, type Pages, sidewaysScroll, startPages, type WindowOptions } from './browser.ts';
import { amounts, focused, openAsMember, signInByApi, type Visitor } from './person.ts';

const GUIDE = 'sandbox/guide';

let pages: Pages;
let admin: TestPerson['ask'];

beforeAll(async () => {
  pages = await startPages({ SIGN_IN_LIMIT_PER_10_S: '100' });
  admin = await signInByApi(pages, TEST_ADMIN.email, TEST_ADMIN.password);
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

async function get<T>(ask: TestPerson['ask'], path: string): Promise<T> {
  const { status, body } = await ask('GET', path);
  expect(status).toBe(200);
  return body as T;
}

/** A page of the administrator of these tests. */
async function openAsAdmin(path: string, options?: WindowOptions): Promise<Page> {
  const page = await openWatched(pages, '/theme.js', options);
  await page.request.post('/api/v1/auth/login', { data: TEST_ADMIN });
  await page.evaluate("localStorage.setItem('q.session', '1')");
  await page.goto(path);
  return page;
}

/** Somebody with ten dollars and one paid call, and that call. */
async function buyer(): Promise<Visitor & { userId: string; callId: string; cost: string }> {
  const visitor = await openAsMember(pages, '/theme.js');
  const messages = [{ role: 'user', content: 'How does pricing work?' }];
  await visitor.ask('POST', '/v1/chat/completions', { model: GUIDE, messages });
  const [call] = (await get<UsageList>(visitor.ask, '/api/v1/usage')).data;
  const { id } = await get<{ id: string }>(visitor.ask, '/api/v1/auth/me');
  return { ...visitor, userId: id, callId: call?.id ?? '', cost: call?.cost_usd ?? '' };
}

const available = async ({ ask }: Visitor) => (await get<Balance>(ask, '/api/v1/balance')).available_usd;
const form = (page: Page, name: string): Locator => page.getByRole('form', { name });

async function fill(where: Locator, fields: Record<string, string>, button: string): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await where.getByLabel(label).fill(text);
  await where.getByRole('button', { name: button, exact: true }).click();
}

async function choose(page: Page, email: string): Promise<void> {
  await page.getByLabel('Person').fill(email.replace('@example.com', '@'));
  await page.getByRole('button', { name: email }).click();
  await page.getByText('Chosen:').waitFor();
}

describe('who may come in', () => {
  it('is no buyer: they learn why, find a way on, and nothing is asked for them', async () => {
    const { page } = await openAsMember(pages, '/theme.js', { usd: 0 });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/admin/money');
    await page.getByRole('heading', { name: 'This is for administrators' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked.filter((path) => path.startsWith('/api/v1/admin') || path.includes('analytics'))).toEqual([]);
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Your billing' }).click();
    await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor();
  });

  it('is an analyst, for the report alone, without what few people did', async () => {
    const visitor = await buyer();
    const { page, userId } = visitor;
    expect((await admin('PATCH', `/api/v1/admin/users/${userId}`, { role: 'analyst' })).status).toBe(200);
    await page.evaluate("localStorage.setItem('q.session', '1')");
    await page.goto('/admin/money');
    await page.getByRole('heading', { name: 'Revenue' }).waitFor();
    await page.getByText(/fewer than five people/).waitFor();
    expect(await page.getByRole('form').count()).toBe(0);
    expect(await page.getByRole('navigation', { name: 'Administration' }).count()).toBe(0);
  });

  it('is nobody without an account', async () => {
    const page = await openWatched(pages, '/admin');
    await page.getByText('Sign in first').waitFor();
  });

  it('finds no section that is not there', async () => {
    const page = await openAsAdmin('/admin/nothing');
    await page.getByText('There is no such section').waitFor();
  });
});

describe('the books', () => {
  const states = async (page: Page) => {
    const rows = await page.getByRole('table', { name: 'The rules of the books' }).getByRole('row').all();
    return Promise.all(
      rows.slice(1).map((row) => row.getByRole('rowheader').or(row.getByRole('cell')).allTextContents()),
    );
  };

  it('are checked on the way in and when asked, rule by rule', async () => {
    const page = await openAsAdmin('/admin');
    await page.getByText('The books are right.').waitFor();
    const check = await get<LedgerCheck>(admin, '/api/v1/admin/ledger/check');
    expect(await states(page)).toEqual(check.invariants.map(({ id, detail }) => [id, 'ok', detail]));
    await page.getByText(`${check.checked} transfers checked against ${check.invariants.length} rules`).waitFor();
    await page.route('**/api/v1/admin/ledger/check?days=open', (route) =>
      route.fulfill({
        json: {
          ok: false,
          checked: 7,
          since: null,
          invariants: [{ id: 'I1', ok: false, detail: 'wallet 3: posted 5, transfers say 4' }],
        },
      }),
    );
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('The books are wrong: 1 of 1 rules are broken.').waitFor();
    expect(await states(page)).toEqual([['I1', 'wrong', 'wallet 3: posted 5, transfers say 4']]);
    await page.unroute('**/api/v1/admin/ledger/check?days=open');
    await page.route('**/api/v1/admin/ledger/check?days=open', (route) => route.fulfill({ status: 503, json: {} }));
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('The books could not be checked').waitFor();
  });

  it('are checked since the last closed day, and from the beginning only when asked', async () => {
    const page = await openAsAdmin('/admin');
    const answer = (checked: number, since: string | null) => ({
      json: { ok: true, checked, since, invariants: [{ id: 'I1', ok: true, detail: 'a rule' }] },
    });
    await page.getByText('The books are right.').waitFor();
    expect(await page.getByRole('button', { name: 'Check closed days too' }).count()).toBe(0);
    await page.route('**/api/v1/admin/ledger/check?days=open', (route) => route.fulfill(answer(12, '2026-11-21')));
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('12 transfers since 21 Nov 2026 (UTC) checked against 1 rules').waitFor();
    await page.route('**/api/v1/admin/ledger/check?days=all', (route) => route.fulfill(answer(3_456_789, null)));
    await page.getByRole('button', { name: 'Check closed days too' }).click();
    await page.getByText('3,456,789 transfers checked against 1 rules').waitFor();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('12 transfers since 21 Nov 2026').waitFor();
  });

  it('show the accounts as the API has them', async () => {
    await buyer();
    const page = await openAsAdmin('/admin');
    await page.getByText('balanced').first().waitFor();
    const { data, totals } = await get<LedgerAccountList>(admin, '/api/v1/admin/ledger/accounts');
    const dollars = data.filter(({ asset }) => asset === 'USD');
    const shown = await amounts(page.getByRole('table', { name: 'Accounts' }));
    const [all] = totals.filter(({ asset }) => asset === 'USD');
    expect(shown.slice(0, dollars.length * 3 + 2)).toEqual([
      ...dollars.flatMap(({ debits, credits, balance }) => [debits, credits, balance]),
      all?.debits,
      all?.credits,
    ]);
  });

  it('show revenue as the API has it, for the days in the address', async () => {
    await buyer();
    const page = await openAsAdmin('/admin/revenue');
    const { totals, by_model } = await get<Revenue>(admin, '/api/v1/admin/revenue');
    const statement = page.getByRole('region', { name: 'Revenue', exact: true }).getByRole('definition');
    await page.getByText('Net result').first().waitFor();
    const shown = (await Promise.all((await statement.all()).map(amounts))).flat();
    expect([...shown].sort()).toEqual(Object.values(totals).sort());
    expect(shown.at(-1)).toBe(totals.net_usd);
    const line = page.getByRole('table', { name: 'By model' }).getByRole('row', { name: GUIDE });
    const own = by_model.find(({ group }) => group === GUIDE)?.figures;
    expect((await amounts(line)).slice(0, 2)).toEqual([own?.gross_usd, own?.net_usd]);
    await page.getByLabel('To', { exact: true }).fill('2026-01-31');
    await page.getByLabel('From').fill('2026-01-01');
    await page.getByText('Nothing was booked in this time.').first().waitFor();
    expect(new URL(page.url()).search).toBe('?to=2026-01-31&from=2026-01-01');
    await page.getByLabel('From').fill('2026-02-01');
    await page.getByText('The first day is after the last.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.reload();
    await page.getByText('The first day is after the last.').waitFor();
    expect(await page.locator('[aria-busy="true"]').count()).toBe(0);
  });
});

describe('moving money', () => {
  it('grants, with the effect on the balance; the password above a hundred dollars', async () => {
    const person = await buyer();
    const page = await openAsAdmin('/admin/money');
    const grant = form(page, 'Grant promotional money');
    await fill(grant, { Amount: '12.5', Reason: 'a welcome gift' }, 'Grant');
    await grant.getByText('Choose a person first.').waitFor();
    await choose(page, person.email);
    const before = await available(person);
    await grant.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByText(`Granted $12.50 to ${person.email} until`).waitFor();
    const after = await available(person);
    expect(Number(after) - Number(before)).toBeCloseTo(12.5, 9);
    expect(await amounts(page.getByRole('status').filter({ hasText: 'They can now use' }))).toEqual([
      '12.500000000',
      after,
    ]);
    await fill(grant, { Amount: '100.01', Reason: 'much' }, 'Grant');
    await grant.getByText('Enter your password: this is more than $100.').waitFor();
    expect(await focused(page)).toBe('Your password');
    await fill(grant, { 'Your password': 'not the right one' }, 'Grant');
    await grant.getByText(/not your password/i).waitFor();
    expect(await available(person)).toBe(after);
    await fill(grant, { 'Your password': TEST_ADMIN.password }, 'Grant');
    await page.getByText('Granted $100.01').waitFor();
    expect(Number(await available(person)) - Number(after)).toBeCloseTo(100.01, 9);
  });

  it('adjusts up and down, never below what is there, never for oneself', async () => {
    const person = await buyer();
    const page = await openAsAdmin('/admin/money');
    await choose(page, person.email);
    const adjust = form(page, 'Adjust a paid balance');
    const before = Number(await available(person));
    await fill(adjust, { Amount: '−2,25', Reason: 'was too much' }, 'Adjust');
    await page.getByText(`Adjusted the balance of ${person.email} by −$2.25`).waitFor();
    expect(Number(await available(person)) - before).toBeCloseTo(-2.25, 9);
    await fill(adjust, { Amount: '-99', Reason: 'all of it' }, 'Adjust');
    await adjust.getByText(/^99\.000000000 USD cannot be taken: /).waitFor();
    expect(Number(await available(person)) - before).toBeCloseTo(-2.25, 9);
    const { id } = await get<{ id: string }>(admin, '/api/v1/auth/me');
    await page.getByLabel('Person').fill(id);
    await page.getByRole('button', { name: 'Somebody with this id' }).click();
    await fill(adjust, { Amount: '1', Reason: 'for me' }, 'Adjust');
    await adjust.getByText('You cannot move money of your own account.').waitFor();
  });

  it('refunds a call in parts, and says when nothing is left', async () => {
    const person = await buyer();
    const page = await openAsAdmin('/admin/money');
    const refund = form(page, 'Refund a call');
    const before = Number(await available(person));
    await fill(refund, { Call: person.callId, Amount: '0.0001', Reason: 'a bad answer' }, 'Refund');
    const said = page.getByRole('status').filter({ hasText: 'Refunded so far' });
    await said.getByText('Refunded $0.0001').waitFor();
    expect(Number(await available(person)) - before).toBeCloseTo(0.0001, 9);
    await fill(refund, { Call: person.callId, Reason: 'all the rest' }, 'Refund');
    await expect.poll(async () => (await amounts(said))[3]).toBe(person.cost);
    expect(await available(person)).toBe('10.000000000');
    await fill(refund, { Call: person.callId, Reason: 'once more' }, 'Refund');
    await refund.getByText(/^Nothing is left to refund: all of the/).waitFor();
    await fill(refund, { Call: 'req_none', Reason: 'of nothing' }, 'Refund');
    await refund.getByText('There is no such call.').waitFor();
  });

  it('sets commission rates with a reason, and takes them away', async () => {
    const page = await openAsAdmin('/admin/rates');
    await page.getByText('No rate was ever set here').waitFor();
    const rate = form(page, 'Set a rate');
    await rate.getByLabel('For').selectOption('One model');
    await fill(rate, { 'Commission in percent': '110' }, 'Set rate');
    await rate.getByText('Enter the id of the model.').waitFor();
    await rate.getByText('Enter a percentage under 100').waitFor();
    await rate.getByText('Say why, in a few words.').waitFor();
    await fill(rate, { Model: 'openai/none', 'Commission in percent': '12.5', Reason: 'a trial' }, 'Set rate');
    await rate.getByText('There is no such model.').waitFor();
    await fill(rate, { Model: GUIDE }, 'Set rate');
    await rate.getByText('The rate is set. 1 model has new prices.').waitFor();
    const table = page.getByRole('table', { name: 'Commission rates' });
    await table.getByRole('row', { name: `model ${GUIDE} 12.5% in force` }).waitFor();
    // The next rate has a reason of its own.
    expect(await rate.getByLabel('Reason').inputValue()).toBe('');
    await fill(rate, { 'Commission in percent': '', Reason: 'trial is over' }, 'Set rate');
    await table.getByRole('row', { name: `model ${GUIDE} none` }).waitFor();
    const { data } = await get<{ data: { commission_bps: number | null }[] }>(admin, '/api/v1/admin/commission-rates');
    expect(data.map(({ commission_bps }) => commission_bps)).toEqual([null, 1250]);
  });
});

describe('everybody who may come in', () => {
  const VIEWS: [path: string, ready: string][] = [
    ['/admin', 'The books are right.'],
    ['/admin/revenue', 'Net result'],
    ['/admin/money', 'Refund a call'],
    ['/admin/rates', 'of what buyers pay'],
  ];

  it.each(['desktop', 'phone'] as const)('can see and use these pages on a %s, light and dark', async (size) => {
    const page = await openAsAdmin('/theme.js', { size });
    for (const [path, ready] of VIEWS) {
      await page.goto(path);
      await page.getByText(ready).first().waitFor();
      expect(await faultsOfSight(page), path).toEqual([]);
    }
  });

  it('never scrolls the page sideways in the smallest window', async () => {
    await buyer();
    const page = await openAsAdmin('/theme.js', { size: 'tiny' });
    for (const [path, ready] of VIEWS) {
      await page.goto(path);
      await page.getByText(ready).first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await sidewaysScroll(page), path).toBe(0);
    }
  });
});
