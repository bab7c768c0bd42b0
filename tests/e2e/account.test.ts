import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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
  pages = await startPages();
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

async function signInThere(page: Page, email: string, password: string): Promise<void> {
  const account = dialog(page);
  await account.getByLabel('E-mail').fill(email);
  await account.getByLabel('Password', { exact: true }).fill(password);
  await account.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const accountButton = (page: Page) => page.getByRole('banner').getByRole('link', { name: 'Account', exact: true });

describe('signing in and out', () => {
  it('says what is missing, and that a password is wrong, beside what it is about', async () => {
    const { page: other, email } = await openAsMember(pages, '/models', { usd: 0 });
    await accountButton(other).waitFor();
    const page = await openWatched(pages, '/models');
    const account = await openAccount(page, 'Sign in');
    await account.getByRole('button', { name: 'Sign in', exact: true }).click();
    await account.getByText('Enter an e-mail address, such as ada@example.com.').waitFor();
    await account.getByText('Enter your password.').waitFor();
    expect(await focused(page)).toBe('E-mail');
    expect(await account.getByLabel('E-mail').getAttribute('aria-invalid')).toBe('true');
    await signInThere(page, email, 'not the right one');
    await account.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    await signInThere(page, email, PASSWORD);
    await account.waitFor({ state: 'hidden' });
    await accountButton(page).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('tells a taken address and a weak password when an account is opened', async () => {
    const { email } = await openAsMember(pages, '/models', { usd: 0 });
    const page = await openWatched(pages, '/models?account=sign-up');
    const account = dialog(page);
    await account.getByLabel('E-mail').fill(email);
    await account.getByLabel('Password', { exact: true }).fill('short');
    await account.getByText('Too short: 3 more characters.').waitFor();
    await account.getByRole('button', { name: 'Create account' }).click();
    await account.getByText('Use at least 8 characters.').waitFor();
    expect(await focused(page)).toBe('Password');
    await account.getByLabel('Password', { exact: true }).fill('password123');
    await account.getByRole('button', { name: 'Create account' }).click();
    await account.getByText(/^This password .*Choose another/).waitFor();
    await account.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await account.getByRole('button', { name: 'Create account' }).click();
    await account.getByText('There is already an account with this e-mail address.').waitFor();
    expect(await focused(page)).toBe('E-mail');
  });

  it('gives the focus back to where the window was opened', async () => {
    const page = await openWatched(pages, '/models');
    const account = await openAccount(page, 'Sign in');
    await expect.poll(() => focused(page)).toBe('E-mail');
    await page.keyboard.press('Escape');
    await account.waitFor({ state: 'hidden' });
    await expect.poll(() => focused(page)).toBe('Sign in');
    expect(new URL(page.url()).search).toBe('');
  });

  it('lasts over a reload, and ends for every tab of the browser', async () => {
    const email = freshEmail();
    const page = await openWatched(pages, '/models');
    await openAccount(page, 'Sign in');
    await signUpThere(page, email);
    await page.keyboard.press('Escape');
    await page.reload();
    await accountButton(page).waitFor();
    const tab = await page.context().newPage();
    await tab.goto(pages.url);
    await accountButton(tab).waitFor();
    const account = await openAccount(page, 'Account');
    await account.getByRole('button', { name: 'Sign out', exact: true }).click();
    await account.waitFor({ state: 'hidden' });
    await tab.getByRole('link', { name: 'Sign in' }).first().waitFor();
    await page.reload();
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor();
  });

  it('can be ended on all other devices', async () => {
    const { page, email } = await openAsMember(pages, '/models', { usd: 0 });
    const other = await openWatched(pages, '/models');
    const there = await openAccount(other, 'Sign in');
    await signInThere(other, email, PASSWORD);
    await there.waitFor({ state: 'hidden' });
    const ask = await signInByApi(pages, email);
    const account = await openAccount(page, 'Account');
    const devices = account.getByRole('region', { name: 'Signed-in devices' });
    await devices.getByText('Chrome on Linux').first().waitFor();
    expect(await devices.getByRole('listitem').count()).toBe(3);
    await devices.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await expect.poll(() => devices.getByRole('listitem').count()).toBe(1);
    await devices.getByText('this device').waitFor();
    expect((await ask('GET', '/api/v1/auth/me')).status).toBe(401);
    // Whoever opens the window there is told why it asks for a sign-in, and goes on where they were.
    const ended = await openAccount(other, 'Account');
    await ended.getByText('Your session has ended. Sign in to go on.').waitFor();
    await signInThere(other, email, PASSWORD);
    await ended.getByText('this device').waitFor();
  });
});

describe('the profile', () => {
  it('takes names, and another password by the one of now', async () => {
    const { page, email, ask } = await openAsMember(pages, '/models?account=profile', { usd: 0 });
    const account = dialog(page);
    await account.getByLabel('Name').fill('Ada');
    await account.getByLabel('Organization').fill('Engines');
    await account.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect((await ask('GET', '/api/v1/auth/me')).body).toMatchObject({ name: 'Ada', organization: 'Engines' });
    await account.getByRole('button', { name: 'Change password' }).click();
    const window = dialog(page, 'Change the password');
    await window.getByLabel('Password now').fill('not the right one');
    await window.getByLabel('New password').fill('eight loud railways');
    await window.getByRole('button', { name: 'Change password' }).click();
    await window.getByText('This is not your password.').waitFor();
    await window.getByLabel('Password now').fill(PASSWORD);
    await window.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The password is changed.').waitFor();
    await window.waitFor({ state: 'hidden' });
    await signInByApi(pages, email, 'eight loud railways');
    await expect(signInByApi(pages, email)).rejects.toThrow('401');
  });
});

describe('the balance', () => {
  it('grows by test funds, says what is wrong with an amount, and lists every movement', async () => {
    const { page, ask } = await openAsMember(pages, '/models?account=balance', { usd: 0 });
    const account = dialog(page);
    const amount = account.getByLabel('Other amount in dollars');
    for (const [text, fault] of [
      ['3', 'The least is $5.'],
      ['501', 'The most at once is $500.'],
      ['ten', 'Enter dollars as a number, such as 25 or 25.50.'],
    ] as const) {
      await amount.fill(text);
      await amount.press('Enter');
      await account.getByText(fault).waitFor();
    }
    await amount.fill('12.34');
    await amount.press('Enter');
    await account.getByText('$12.34 of test funds added. Your balance is $12.3400.').waitFor();
    expect(await amount.inputValue()).toBe('');
    await account.getByRole('button', { name: '$25', exact: true }).click();
    await account.getByText('Your balance is $37.3400.').waitFor();
    const rows = account.getByRole('region', { name: 'History' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(3);
    const { body } = await ask('GET', '/api/v1/balance');
    expect(body.available_usd).toBe('37.340000000');
    expect(await amounts(account.locator('dl').first())).toEqual([
      body.available_usd,
      body.held_usd,
      body.spent_usd,
      body.total_usd,
    ]);
    expect(await shownBalance(page)).toBe(body.available_usd);
    expect(await amounts(rows.nth(1))).toEqual(['25.000000000', '37.340000000']);
    const download = page.waitForEvent('download');
    await account.getByRole('button', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    await account.getByLabel('Kind').selectOption('charge');
    await account.getByText('Nothing of this kind.').waitFor();
  });
});

describe('API keys', () => {
  const call = (key: string) =>
    fetch(`${pages.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sandbox/guide', messages: [{ role: 'user', content: 'Hello' }] }),
    });

  it('are shown once, work at once, can be replaced, and end at once', async () => {
    const { page } = await openAsMember(pages, '/models?account=keys');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const account = dialog(page);
    await account.getByRole('button', { name: 'Create key' }).click();
    const form = dialog(page, 'New API key');
    await form.getByRole('button', { name: 'Create key' }).click();
    await form.getByText('Give the key a name, such as the program that uses it.').waitFor();
    await form.getByLabel('Name').fill('laptop');
    await form.getByLabel('Daily limit in dollars (optional)').fill('1,50');
    await form.getByRole('button', { name: 'Create key' }).click();
    const shown = dialog(page, 'Key “laptop”');
    const key = (await shown.getByTestId('api-key').textContent()) ?? '';
    expect(key).toMatch(/^qm_live_/);
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.getByText('You have not copied the key. Once closed, it is gone.').waitFor();
    await shown.getByRole('button', { name: 'Go back' }).click();
    await shown.getByRole('button', { name: 'Copy key', exact: true }).click();
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(key);
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.waitFor({ state: 'hidden' });
    expect(await page.content()).not.toContain(key);
    const meter = account.getByRole('meter', { name: '$0.0000 of $1.50 spent today (UTC)' });
    await meter.waitFor();
    expect(await meter.getAttribute('value')).toBe('0');
    await account.getByText('may call models, read the account').waitFor();
    expect((await call(key)).status).toBe(200);

    const menu = account.getByRole('button', { name: 'Actions for laptop' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Rotate' }).click();
    await dialog(page, 'Rotate key').getByLabel('The old secret').selectOption('Stop at once');
    await dialog(page, 'Rotate key').getByRole('button', { name: 'Replace secret' }).click();
    await expect.poll(() => shown.getByTestId('api-key').textContent()).not.toBe(key);
    const replaced = (await shown.getByTestId('api-key').textContent()) ?? '';
    await page.keyboard.press('Escape');
    await shown.getByRole('button', { name: 'Close without the key' }).click();
    expect((await call(key)).status).toBe(401);
    expect((await call(replaced)).status).toBe(200);

    await menu.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const question = dialog(page, 'Delete this key?');
    await expect.poll(() => focused(page)).toBe('Cancel');
    await question.getByRole('button', { name: 'Delete key' }).click();
    await account.getByText('No keys yet').waitFor();
    expect((await call(replaced)).status).toBe(401);
  });
});

describe('mailed links', () => {
  /** The link of the newest mail to an address about something. */
  async function linkTo(email: string, path: string): Promise<string> {
    const find = () => pages.server.mails.findLast((mail) => mail.includes(`To: ${email}`) && mail.includes(path));
    await expect.poll(find).toBeDefined();
    return /https?:\/\/\S+#token=\S+/.exec(find() ?? '')?.[0] ?? '';
  }

  it('confirm an address, once', async () => {
    const { page, email } = await openAsMember(pages, '/models?account=profile', { usd: 0 });
    const account = dialog(page);
    await account.getByText('Address not confirmed').waitFor();
    const first = await linkTo(email, '/verify-email');
    await account.getByRole('button', { name: 'Send the confirmation mail again' }).click();
    await account.getByText(/a link was sent to it\.$/).waitFor();
    await expect.poll(() => linkTo(email, '/verify-email')).not.toBe(first);
    const link = await linkTo(email, '/verify-email');
    await page.goto(link);
    await dialog(page, 'Confirm your address').getByText('The address is confirmed.').waitFor();
    expect(page.url()).not.toContain('token');
    await dialog(page).getByRole('button', { name: 'Go on' }).click();
    await openAccount(page, 'Account');
    await dialog(page).getByText('Address confirmed').waitFor();
    await page.goto(link);
    await dialog(page, 'Confirm your address').getByText('This link is not valid any more.').waitFor();
    await dialog(page).getByRole('button', { name: 'Ask for another link' }).click();
    await dialog(page, 'Account').getByText('Address confirmed').waitFor();
  });

  it('let somebody choose another password', async () => {
    const { page, email } = await openAsMember(pages, '/models', { usd: 0 });
    const stranger = await openWatched(pages, '/models');
    const account = await openAccount(stranger, 'Sign in');
    await account.getByRole('button', { name: 'Forgot the password?' }).click();
    await expect.poll(() => focused(stranger)).toBe('E-mail');
    await account.getByLabel('E-mail').fill(email);
    await account.getByRole('button', { name: 'Send link' }).click();
    await account.getByText('If this address belongs to an account, a link was sent to it.').waitFor();
    const link = await linkTo(email, '/reset-password');
    await stranger.goto(link);
    const form = dialog(stranger, 'New password');
    await expect.poll(() => focused(stranger)).toBe('New password');
    await form.getByLabel('New password').fill('eight loud railways');
    await form.getByRole('button', { name: 'Change password' }).click();
    await form.getByText('The password is changed, and all devices are signed out.').waitFor();
    await form.getByRole('button', { name: 'Sign in' }).click();
    await signInThere(stranger, email, 'eight loud railways');
    await accountButton(stranger).waitFor();
    await page.reload();
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor();
    await page.goto(link);
    await dialog(page).getByLabel('New password').fill('nine red bicycles');
    await dialog(page).getByRole('button', { name: 'Change password' }).click();
    await dialog(page).getByRole('alert').getByText('This link is not valid any more.').waitFor();
    await dialog(page).getByRole('button', { name: 'Ask for another link' }).click();
    await dialog(page).getByRole('button', { name: 'Send link' }).waitFor();
    await expect.poll(() => focused(page)).toBe('E-mail');
  });

  it('make the first administrator', async () => {
    const fresh = await startPages({ ADMIN_EMAIL: '', ADMIN_PASSWORD: '' });
    onTestFinished(() => fresh.close());
    const link = (await fresh.server.app.adminSetupLink())?.url ?? '';
    const page = await fresh.open(link);
    const form = dialog(page, 'Set up the marketplace');
    await expect.poll(() => focused(page)).toBe('E-mail');
    await form.getByLabel('E-mail').fill('operator@example.com');
    await form.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await form.getByRole('button', { name: 'Create administrator' }).click();
    await dialog(page, 'Account').getByText('Admin since').waitFor();
    expect(await fresh.server.app.adminSetupLink()).toBeNull();
  });

  it('that are not whole say so', async () => {
    const page = await openWatched(pages, '/verify-email');
    await dialog(page).getByText('This link is not whole. Open it once more from the mail.').waitFor();
  });
});
