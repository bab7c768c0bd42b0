import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askWith } from '../../apps/server/src/testing/test-person.ts';
import { formatBalance, formatLiveBalance } from '../../apps/web/src/lib/format.ts';
import { openWatched, type Pages, startPages } from './browser.ts';
import {
  amounts,
  dialog,
  focused,
  freshEmail,
  openAccount,
  openAsMember,
  PASSWORD,
  shownBalance,
  signInByApi,
  signUpThere,
} from './person.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ SIGN_IN_LIMIT_PER_10_S: '1000' });
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

/** A name as any person might have written it into the field. */
const button = (inside: Page | Locator, name: string) => inside.getByRole('button', { name, exact: true });

async function openStranger(path = '/models') {
  const page = await openWatched(pages, path);
  return { page, account: await openAccount(page, 'Sign in') };
}

describe('opening an account', () => {
  it('says beside the field what is wrong, and puts the cursor there', async () => {
    const { page, account } = await openStranger();
    await account.getByRole('tab', { name: 'Create account' }).click();
    await button(account, 'Create account').click();
    await account.getByText('Enter an e-mail address, such as ada@example.com.').waitFor();
    await account.getByText('Use at least 8 characters.').waitFor();
    await expect.poll(() => focused(page)).toBe('E-mail');
    expect(await account.getByLabel('E-mail').getAttribute('aria-invalid')).toBe('true');
    await account.getByLabel('E-mail').fill(freshEmail());
    await account.getByLabel('Password', { exact: true }).fill('short');
    await button(account, 'Create account').click();
    await account.getByText('Too short: 3 more characters.').waitFor();
    await expect.poll(() => focused(page)).toBe('Password');
  });

  it('refuses a password that is tried first, and lets it be seen', async () => {
    const { page, account } = await openStranger();
    await account.getByRole('tab', { name: 'Create account' }).click();
    await account.getByLabel('E-mail').fill(freshEmail());
    const password = account.getByLabel('Password', { exact: true });
    await password.fill('password123');
    expect(await password.getAttribute('type')).toBe('password');
    await button(account, 'Show password').click();
    expect(await password.getAttribute('type')).toBe('text');
    await button(account, 'Create account').click();
    await account.getByText(/^This password .*four words that do not belong together\.$/).waitFor();
    expect(await shownBalance(page)).toBeUndefined();
  });

  it('signs the new person in and shows their empty balance', async () => {
    const email = freshEmail();
    const { page } = await openStranger();
    await signUpThere(page, email);
    expect(await shownBalance(page)).toBe('0.000000000');
    await dialog(page).getByText('Nothing yet. Top-ups and every paid call will be listed here.').waitFor();
    await page.reload();
    await dialog(page).getByRole('tab', { name: 'Profile' }).click();
    await dialog(page).getByText(email).waitFor();
  });

  it('says when the address has an account already', async () => {
    const { email } = await openAsMember(pages, '/models');
    const { account } = await openStranger();
    await account.getByRole('tab', { name: 'Create account' }).click();
    await account.getByLabel('E-mail').fill(email);
    await account.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(account, 'Create account').click();
    await account.getByText('There is already an account with this e-mail address.').waitFor();
  });
});

describe('signing in and out', () => {
  it('refuses a wrong password in words, and signs in where the person was', async () => {
    const { email } = await openAsMember(pages, '/models');
    const { page, account } = await openStranger('/models?cap=tools');
    await expect.poll(() => focused(page)).toBe('E-mail');
    await page.keyboard.type(email);
    await account.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await account.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await account.getByLabel('E-mail').inputValue()).toBe(email);
    await account.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await account.waitFor({ state: 'hidden' });
    await expect.poll(() => shownBalance(page)).toBe('10.000000000');
    expect(new URL(page.url()).search).toBe('?cap=tools');
  });

  it('signs out here and at the server, in every tab', async () => {
    const { page } = await openAsMember(pages, '/models?account=profile');
    const other = await page.context().newPage();
    await other.goto('/models');
    await expect.poll(() => shownBalance(other)).toBe('10.000000000');
    const cookies = await page.context().cookies();
    await button(dialog(page), 'Sign out').click();
    await dialog(page).waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Sign in', exact: true }).first().waitFor();
    await other.getByRole('link', { name: 'Sign in', exact: true }).first().waitFor();
    // Even somebody who kept the cookie is refused.
    await page.context().addCookies(cookies);
    expect((await page.request.post('/api/v1/auth/refresh', { data: {} })).status()).toBe(401);
  });

  it('shows the devices, and ends the others', async () => {
    const { page, email } = await openAsMember(pages, '/models?account=profile');
    const elsewhere = await signInByApi(pages, email);
    await page.reload();
    const account = dialog(page);
    await account.getByText('this device').waitFor();
    await button(account, 'Sign out everywhere else').click();
    await page.getByText('device is signed out.').or(page.getByText('devices are signed out.')).first().waitFor();
    await expect.poll(async () => (await elsewhere('GET', '/api/v1/balance')).status).toBe(401);
    expect(await account.getByText('this device').count()).toBe(1);
  });

  it('changes the password by the one of now', async () => {
    const { page, email } = await openAsMember(pages, '/models?account=profile');
    await button(dialog(page), 'Change password').click();
    const change = dialog(page, 'Change the password');
    await change.getByLabel('Password now').fill('not the password');
    await change.getByLabel('New password').fill('eight other harbours');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Password now');
    await change.getByLabel('Password now').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await change.waitFor({ state: 'hidden' });
    await signInByApi(pages, email, 'eight other harbours');
    await expect(signInByApi(pages, email)).rejects.toThrow('401');
  });

  it('keeps a name', async () => {
    const { page, ask } = await openAsMember(pages, '/models?account=profile');
    await dialog(page).getByLabel('Name', { exact: true }).fill('Ada <b>Byron</b>');
    await button(dialog(page), 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect((await ask('GET', '/api/v1/auth/me')).body.name).toBe('Ada <b>Byron</b>');
    await page.reload();
    await expect.poll(() => dialog(page).getByLabel('Name', { exact: true }).inputValue()).toBe('Ada <b>Byron</b>');
  });
});

describe('the balance', () => {
  const figures = (page: Page) => amounts(dialog(page).locator('dl').first());

  it('takes test funds, and is the one of the API to the nano-dollar', async () => {
    const { page, ask } = await openAsMember(pages, '/models?account=balance', { usd: 0 });
    const account = dialog(page);
    await account.getByText('Test funds — no card is charged').waitFor();
    await account.getByLabel('Other amount in dollars').fill('4.99');
    await button(account, 'Add').click();
    await account.getByText('The least is $5.').waitFor();
    await account.getByLabel('Other amount in dollars').fill('12.50');
    await page.keyboard.press('Enter');
    await account.getByText('$12.50 of test funds added. Your balance is $12.50.').waitFor();
    await button(account, '$25').click();
    await account.getByText('$25.00 of test funds added. Your balance is $37.50.').waitFor();
    const call = { model: 'sandbox/guide', messages: [{ role: 'user', content: 'What does a call cost?' }] };
    expect((await ask('POST', '/v1/chat/completions', call)).status).toBe(200);
    await page.reload();

    const { body } = await ask('GET', '/api/v1/balance');
    expect(Number(body.spent_usd)).toBeGreaterThan(0);
    await expect.poll(() => figures(page)).toEqual([body.available_usd, body.held_usd, body.spent_usd, body.total_usd]);
    await account.getByText(formatBalance(body.available_usd), { exact: true }).waitFor();
    await expect.poll(() => shownBalance(page)).toBe(body.available_usd);
    await page.getByRole('banner').getByText(formatLiveBalance(body.available_usd)).waitFor();
    const { data } = (await ask('GET', '/api/v1/transactions')).body;
    await expect
      .poll(() => amounts(account.getByRole('table')))
      .toEqual(
        data.flatMap((row: { amount_usd: string; balance_after_usd: string }) => [
          row.amount_usd,
          row.balance_after_usd,
        ]),
      );
  });

  it('pays once when the answer to a top-up is lost and it is tried again', async () => {
    const { page, ask } = await openAsMember(pages, '/models?account=balance', { usd: 0 });
    await page.route(
      '**/api/v1/balance/top-ups',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await button(dialog(page), '$50').click();
    await dialog(page).getByRole('alert').getByText(/./).waitFor();
    await button(dialog(page), '$50').click();
    await dialog(page).getByText('Your balance is $50.00.').waitFor();
    expect((await ask('GET', '/api/v1/balance')).body.total_usd).toBe('50.000000000');
  });

  it('lists one kind of movement, and hands all of them over as a table', async () => {
    const { page } = await openAsMember(pages, '/models?account=balance');
    const account = dialog(page);
    await account.getByRole('cell', { name: 'Top-up' }).or(account.getByText('+$10.00')).first().waitFor();
    await account.getByLabel('Kind').selectOption('charge');
    await account.getByText('Nothing of this kind.').waitFor();
    await account.getByLabel('Kind').selectOption('');
    await account.getByText('+$10.00').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), button(account, 'CSV').click()]);
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
  });
});
