import { readFile } from 'node:fs/promises';
import type { SignedReceiptBody } from '@q/contract/receipts';
import type { TransactionList, UsageList } from '@q/contract/wallet';
import type { Download, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiptFault, type SignedReceipt } from '../../apps/server/src/features/ledger/receipt-signature.ts';
import { TEST_ADMIN } from '../../apps/server/src/testing/test-app.ts';
import type { TestPerson } from '../../apps/server/src/testing/test-person.ts';
import { formatBalance } from '../../apps/web/src/lib/format.ts';
import { faultsOfSight, openWatched, type Pages, sidewaysScroll, startPages, type WindowOptions } from './browser.ts';
import {
  amounts,
  dialog,
  focused,
  openAccount,
  openAsMember,
  shownBalance,
  signInByApi,
  type Visitor,
} from './person.ts';

const GUIDE = 'sandbox/guide';
/** A model whose provider cannot be reached: nothing listens there. */
const DEAF = 'openai/gpt-5.5';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: 'http://127.0.0.1:9' });
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

async function call(ask: TestPerson['ask'], model = GUIDE): Promise<number> {
  const messages = [{ role: 'user', content: 'How does pricing work?' }];
  return (await ask('POST', '/v1/chat/completions', { model, messages })).status;
}

async function get<T>(ask: TestPerson['ask'], path: string): Promise<T> {
  const { status, body } = await ask('GET', path);
  expect(status).toBe(200);
  return body as T;
}

/** Somebody with a top-up and some paid calls, on a page. */
async function openWithCalls(path: string, options: WindowOptions & { calls?: number } = {}): Promise<Visitor> {
  const { calls = 2, ...window } = options;
  const visitor = await openAsMember(pages, '/theme.js', { usd: 25, ...window });
  for (let made = 0; made < calls; made += 1) expect(await call(visitor.ask)).toBe(200);
  await visitor.page.goto(path);
  return visitor;
}

const rowsOf = (page: Page, name: string): Locator => page.getByRole('table', { name }).getByRole('row');

/** The amounts of a table by row; the row of heads has none. */
async function amountsByRow(page: Page, name: string): Promise<string[][]> {
  const rows = await rowsOf(page, name).all();
  return Promise.all(rows.slice(1).map(amounts));
}

const onlyFirst = (rows: string[][]): (string | undefined)[] => rows.map(([first]) => first);

async function textOf(download: Promise<Download>): Promise<{ name: string; text: string }> {
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

const transactions = (page: Page) => amountsByRow(page, 'Transactions, newest first.');

/** Amount and balance after, as the API lists them. */
const listed = ({ data }: TransactionList) => data.map((row) => [row.amount_usd, row.balance_after_usd]);

/** The second balance is the phone's copy of the first. */
const shownTransactions = async (page: Page) =>
  (await transactions(page)).map(([amount, , balance]) => [amount, balance]);

describe('the billing page', () => {
  it('shows balance and transactions exactly as the API has them, before and after a top-up', async () => {
    const { page, ask } = await openWithCalls('/billing');
    const top = page.getByRole('region', { name: 'Balance' });
    const balance = top.locator('dl');
    const figures = async () => {
      const body = await get<Record<string, string>>(ask, '/api/v1/balance');
      return [body['available_usd'], body['held_usd'], body['spent_usd'], body['total_usd']];
    };
    await page.getByText(`Call of ${GUIDE}`).first().waitFor();
    expect(await amounts(balance)).toEqual(await figures());
    expect(await shownTransactions(page)).toEqual(listed(await get(ask, '/api/v1/transactions')));
    await top.getByRole('button', { name: '$50' }).click();
    await page.getByText('+$50.00').first().waitFor();
    await expect.poll(async () => amounts(balance)).toEqual(await figures());
    await expect.poll(async () => shownTransactions(page)).toEqual(listed(await get(ask, '/api/v1/transactions')));
    expect(await shownBalance(page)).toBe((await figures())[0]);
  });

  it('writes the balance as every other page does', async () => {
    const { page, ask } = await openWithCalls('/billing');
    const { available_usd } = await get<Record<string, string>>(ask, '/api/v1/balance');
    const written = async (where: Locator) =>
      (await where.locator(`data[value="${available_usd}"]`).first().textContent())?.trim();
    const text = formatBalance(available_usd);
    expect(text).toMatch(/^\$24\.\d{4}$/);
    expect(await written(page.getByRole('region', { name: 'Balance' }).locator('dl'))).toBe(text);
    expect(await written(page.getByRole('banner'))).toBe(text);
    await page.goto('/billing?account=balance');
    expect(await written(dialog(page, 'Account'))).toBe(text);
  });

  it('filters by kind, model and days, in the address, and clears', async () => {
    const { page, ask } = await openWithCalls('/billing');
    const filters = page.getByRole('search');
    await page.getByText('Top-up (test funds)').waitFor();
    await filters.getByLabel('Kind').selectOption('Call');
    await page.getByText('Top-up (test funds)').waitFor({ state: 'detached' });
    const charges = await get<TransactionList>(ask, '/api/v1/transactions?kind=charge');
    expect(await shownTransactions(page)).toEqual(listed(charges));
    await filters.getByLabel('Model').selectOption(GUIDE);
    await expect.poll(() => new URL(page.url()).search).toBe(`?kind=charge&model=${GUIDE}`);
    await page.reload();
    await page.getByText('2 of 2').waitFor();
    expect(await filters.getByLabel('Kind').inputValue()).toBe('charge');
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await filters.getByLabel('From').fill(day);
    await page.getByText('Nothing fits these filters').waitFor();
    await filters.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('3 of 3').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(await focused(page)).toBe('Kind');
    await filters.getByLabel('From').focus();
    await page.keyboard.type('11112026', { delay: 20 });
    await page.getByText('3 of 3').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?from=2026-11-11');
    expect(await filters.getByLabel('From').inputValue()).toBe('2026-11-11');
  });

  it('exports what the API exports, with the filters', async () => {
    const { page, ask } = await openWithCalls('/billing?kind=charge');
    await page.getByText('2 of 2').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const { body } = await ask('GET', '/api/v1/transactions?kind=charge', undefined, { accept: 'text/csv' });
    expect(await textOf(download)).toEqual({ name: 'transactions.csv', text: body });
    expect(body.split('\r\n')).toHaveLength(4);
  });

  it('goes on by cursor, and keeps what is there', async () => {
    const { page, ask } = await openWithCalls('/billing', { calls: 52 });
    await page.getByText('50 of 53').waitFor();
    await page.getByRole('button', { name: 'Show older' }).click();
    await page.getByText('53 of 53').waitFor();
    await page.getByRole('button', { name: 'Show older' }).waitFor({ state: 'detached' });
    expect(await shownTransactions(page)).toEqual(listed(await get(ask, '/api/v1/transactions?per_page=100')));
  });

  it('says what failed and tries again; without a connection the rows stay', async () => {
    const { page } = await openAsMember(pages, '/theme.js', { usd: 5 });
    await page.route('**/api/v1/transactions*', (route) => route.fulfill({ status: 422, json: {} }));
    await page.goto('/billing');
    const failure = page.getByRole('alert').filter({ hasText: 'The transactions could not be loaded' });
    await failure.waitFor();
    await page.unroute('**/api/v1/transactions*');
    await failure.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('+$5.00').waitFor();
    await failure.waitFor({ state: 'detached' });
    await page.context().setOffline(true);
    await page.getByLabel('Kind').selectOption('Grant');
    await page.getByText('You are offline.').waitFor();
    expect(onlyFirst(await transactions(page))).toEqual(['5.000000000']);
    await page.context().setOffline(false);
    await page.getByText('Nothing fits these filters').waitFor();
  });
});

/** Figures and words that are wider than the boxes they stand in. */
const SPILLED = `[...document.querySelectorAll('dd, td, li p, [role=dialog] h2')]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.textContent)`;

describe('large sums and long words', () => {
  it('keep to their places in the smallest window', async () => {
    const { page, ask } = await openAsMember(pages, '/theme.js', { usd: 5, size: 'tiny' });
    const { id } = await get<{ id: string }>(ask, '/api/v1/auth/me');
    const admin = await signInByApi(pages, TEST_ADMIN.email, TEST_ADMIN.password);
    const given = { user_id: id, amount_usd: '1000000', reason: 'W'.repeat(300), password: TEST_ADMIN.password };
    expect((await admin('POST', '/api/v1/admin/adjustments', given)).status).toBe(201);
    expect((await ask('POST', '/api/v1/keys', { name: 'W'.repeat(100) })).status).toBe(201);
    for (const [path, ready] of [
      ['/billing', '+$1,000,000.00'],
      ['/billing?account=balance', '+$1,000,000.00'],
      ['/billing?account=keys', 'never used'],
    ] as const) {
      await page.goto(path);
      await page.getByText(ready).last().waitFor();
      expect(await sidewaysScroll(page), path).toBe(0);
      expect(await page.evaluate(SPILLED), path).toEqual([]);
    }
  });
});

describe('a receipt', () => {
  it('opens from its line, adds up, proves itself, and passes the check outside', async () => {
    const { page, ask } = await openWithCalls('/billing');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page
      .getByRole('link', { name: `Call of ${GUIDE} receipt` })
      .first()
      .click();
    const bill = page.getByRole('region', { name: 'How the charge comes about' });
    await bill.getByText('The lines above add up to the charge exactly.').waitFor();
    const { data } = await get<TransactionList>(ask, '/api/v1/transactions?kind=charge');
    const id = data[0]?.call_id ?? '';
    expect(new URL(page.url()).pathname).toBe(`/receipts/${id}`);
    const signed = await get<SignedReceiptBody>(ask, `/api/v1/receipts/${id}`);
    const { usage, price } = signed.receipt;
    const pico = [
      BigInt(usage.input_tokens) * BigInt(price.list_pico.input),
      BigInt(usage.output_tokens) * BigInt(price.list_pico.output),
    ];
    const shown = await amounts(bill);
    expect(shown.slice(0, 2)).toEqual(pico.map(String));
    expect(shown.at(-1)).toBe(signed.receipt.charged_usd);
    expect(`-${signed.receipt.charged_usd}`).toBe(data[0]?.amount_usd);
    await page.getByText('Valid', { exact: true }).waitFor();
    for (const fact of [signed.hash, signed.prev_hash, signed.signature, signed.key.id])
      await page.getByText(fact, { exact: true }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download JSON' }).click();
    const { name, text } = await textOf(download);
    expect(name).toBe(`receipt-${id}.json`);
    const saved = JSON.parse(text) as SignedReceipt;
    expect(saved).toEqual(signed);
    const key = await pages.ask<{ public_key: string }>('/api/v1/receipts/key');
    expect(receiptFault(saved, key.public_key)).toBeNull();
    await page.getByRole('button', { name: 'Copy verify command' }).click();
    await expect
      .poll(() => page.evaluate('navigator.clipboard.readText()'))
      .toBe(`npm run receipt:verify -- ${name} --key ${key.public_key}`);
  });

  it('that was altered on the way is found out', async () => {
    const { page } = await openWithCalls('/usage', { calls: 1 });
    await page.route('**/api/v1/receipts/req_*', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as SignedReceiptBody;
      answer.receipt.charged_usd = '0.000000001';
      await route.fulfill({ response, json: answer });
    });
    await page.getByRole('link', { name: `${GUIDE} receipt` }).click();
    await page.getByText('Not valid', { exact: true }).waitFor();
    await page.getByText('These lines do not add up to the charge.').waitFor();
  });

  it('is for whoever paid, and for nobody else', async () => {
    const { ask } = await openWithCalls('/usage', { calls: 1 });
    const { data } = await get<UsageList>(ask, '/api/v1/usage');
    const { page } = await openAsMember(pages, `/receipts/${data[0]?.id}`, { usd: 0 });
    await page.getByText('There is no receipt of such a call.').waitFor();
    const stranger = await openWatched(pages, `/receipts/${data[0]?.id}`);
    await stranger.getByRole('link', { name: 'Create account' }).waitFor();
    await stranger.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
    await dialog(stranger).getByLabel('E-mail').waitFor();
  });
});

describe('the usage page', () => {
  const strip = (page: Page) => page.getByRole('region', { name: 'Last 30 days' }).getByRole('definition');

  it('sums up what the API lists, errors among it', async () => {
    const { page, ask } = await openAsMember(pages, '/theme.js');
    for (const model of [GUIDE, GUIDE, DEAF]) await call(ask, model);
    await page.goto('/usage');
    const { data, total } = await get<UsageList>(ask, '/api/v1/usage');
    const sum = (field: 'input_tokens' | 'output_tokens') => data.reduce((all, row) => all + row[field], 0);
    await expect.poll(async () => (await strip(page).allTextContents()).length).toBe(5);
    await expect.poll(() => strip(page).nth(1).textContent()).toBe(String(total));
    const summary = await get<{ by_day: { spent_usd: string }[] }>(ask, '/api/v1/balance/summary');
    expect(await amounts(strip(page).first())).toEqual([summary.by_day[0]?.spent_usd]);
    expect(await strip(page).nth(2).textContent()).toBe(`${sum('input_tokens')} / ${sum('output_tokens')}`);
    expect(await strip(page).nth(4).textContent()).toBe('1 33.3 % of calls');
    expect(onlyFirst(await amountsByRow(page, 'Calls, newest first.'))).toEqual(data.map((row) => row.cost_usd));
    await page.getByRole('cell', { name: 'Provider failed' }).waitFor();
    await page.getByText('Spend by day as a table').click();
    expect(await amountsByRow(page, 'Days with paid calls')).toEqual([[summary.by_day[0]?.spent_usd]]);
  });

  it('filters by model and pages, in the address', async () => {
    const { page, ask } = await openAsMember(pages, '/theme.js');
    for (const model of [DEAF, ...Array<string>(21).fill(GUIDE)]) await call(ask, model);
    await page.goto('/usage');
    await page.getByText('1–20 of 22').waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('21–22 of 22').waitFor();
    expect(new URL(page.url()).search).toBe('?page=2');
    await page.getByLabel('Model', { exact: true }).selectOption(DEAF);
    await page.getByText('1–1 of 1').waitFor();
    expect(new URL(page.url()).search).toBe(`?model=${DEAF}`);
    await page.reload();
    await page.getByText('1–1 of 1').waitFor();
    await page.goto('/usage?page=9');
    await page.getByRole('button', { name: 'Newest calls' }).click();
    await page.getByText('1–20 of 22').waitFor();
  });

  it('begins with what to do', async () => {
    const { page } = await openAsMember(pages, '/usage', { usd: 0 });
    await page.getByRole('link', { name: 'Create an API key' }).click();
    await dialog(page).getByText('No keys yet').waitFor();
  });
});

describe('the way there', () => {
  it('is in the bar on a desk, and in the account window on a phone', async () => {
    const { page } = await openAsMember(pages, '/models', { usd: 0 });
    await page.getByRole('banner').getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    const { page: phone } = await openAsMember(pages, '/models', { usd: 0, size: 'phone' });
    await openAccount(phone, 'Account');
    await dialog(phone).getByRole('link', { name: 'Billing' }).click();
    await phone.getByRole('heading', { name: 'Billing', level: 1 }).waitFor();
    await dialog(phone).waitFor({ state: 'hidden' });
    await expect.poll(() => phone.title()).toBe('Billing · Q Marketplace');
    expect(await focused(phone)).not.toBe('');
  });
});

describe('everybody', () => {
  const VIEWS: [path: string, ready: string][] = [
    ['/billing', '3 of 3'],
    ['/billing?kind=grant', 'Nothing fits these filters'],
    ['/usage', '1–2 of 2'],
    ['/receipts/none', 'There is no receipt of such a call.'],
  ];

  it.each(['desktop', 'phone'] as const)('can see and use these pages on a %s, light and dark', async (size) => {
    const { page } = await openWithCalls('/usage', { size });
    await page
      .getByRole('link', { name: `${GUIDE} receipt` })
      .first()
      .click();
    await page.getByText('Valid', { exact: true }).waitFor();
    expect(await faultsOfSight(page)).toEqual([]);
    for (const [path, ready] of VIEWS) {
      await page.goto(path);
      await page.getByText(ready).waitFor();
      expect(await faultsOfSight(page), path).toEqual([]);
    }
  });

  it('never scrolls sideways in the smallest window', async () => {
    const { page } = await openWithCalls('/usage', { size: 'tiny' });
    await page.getByText('Spend by day as a table').click();
    expect(await sidewaysScroll(page)).toBe(0);
    await page
      .getByRole('link', { name: `${GUIDE} receipt` })
      .first()
      .click();
    await page.getByText('Valid', { exact: true }).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    for (const [path, ready] of VIEWS) {
      await page.goto(path);
      await page.getByText(ready).waitFor();
      expect(await sidewaysScroll(page), path).toBe(0);
    }
  });
});
