import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { askWith, type TestPerson } from '../../apps/server/src/testing/test-person.ts';
import { openWatched, type Pages, type WindowOptions } from './browser.ts';

/** The password of everybody these tests sign up. */
export const PASSWORD = 'seven quiet harbours';

let people = 0;

/** An address nobody has yet. */
export function freshEmail(): string {
  people += 1;
  return `visitor-${process.pid}-${people}@example.com`;
}

/** Asks the API as whoever has this address and password. */
export async function signInByApi(pages: Pages, email: string, password = PASSWORD): Promise<TestPerson['ask']> {
  const { status, body } = await askWith(pages.url, null)('POST', '/api/v1/auth/login', { email, password });
  if (status !== 200) throw new Error(`${email} cannot sign in: ${status}`);
  return askWith(pages.url, body.access_token);
}

/** Somebody in their own window. */
export interface Visitor {
  page: Page;
  email: string;
  /** Asks the API as the same person. */
  ask: TestPerson['ask'];
}

/** Signs somebody up with so many dollars of test funds and opens a page as them; see `openWatched`. */
export async function openAsMember(
  pages: Pages,
  path: string,
  { usd = 10, ...options }: WindowOptions & { usd?: number } = {},
): Promise<Visitor> {
  const page = await openWatched(pages, '/theme.js', options);
  const email = freshEmail();
  const answer = await page.request.post('/api/v1/auth/register', { data: { email, password: PASSWORD } });
  const ask = askWith(pages.url, ((await answer.json()) as { access_token: string }).access_token);
  if (usd > 0) await ask('POST', '/api/v1/balance/top-ups', { amount_usd: String(usd) });
  // What the page itself remembers after a sign-in: without it the cookie is never tried.
  await page.evaluate("localStorage.setItem('q.session', '1')");
  await page.goto(path);
  return { page, email, ask };
}

/** The window on top. */
export const dialog = (page: Page, name?: string | RegExp): Locator =>
  name === undefined ? page.getByRole('dialog').filter({ visible: true }).last() : page.getByRole('dialog', { name });

/** Opens the account window from the page's own navigation: a link in the top bar, or in the bar under the thumb. */
export async function openAccount(page: Page, name: 'Account' | 'Sign in'): Promise<Locator> {
  await page.getByRole('link', { name, exact: true }).filter({ visible: true }).first().click();
  const account = dialog(page);
  await account.waitFor();
  return account;
}

/** Opens an account through the open account window, which is the one on top unless named; ends on its balance. */
export async function signUpThere(page: Page, email: string, account = dialog(page)): Promise<void> {
  await account.getByRole('tab', { name: 'Create account' }).click();
  // In its own panel: that of signing in has the same fields and leaves a frame later.
  const panel = account.getByRole('tabpanel', { name: 'Create account' });
  await panel.getByLabel('E-mail').fill(email);
  await panel.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await panel.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Add money' }).waitFor();
}

/** The field of the chat. */
export const composer = (page: Page): Locator => page.getByLabel('Message', { exact: true });

/** Sends a message and does not wait for the answer. */
export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** Waits until nothing is being answered any more. */
export async function answered(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .getByText(/^(Answer complete|Stopped), /)
    .waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Send' }).waitFor();
}

/** Takes the newest answer of a chat away, as a server does that ends in the middle of it. */
export async function loseAnswer({ server }: Pages, sessionId: string): Promise<void> {
  const newest =
    "SELECT id, parent_id FROM chat_messages WHERE session_id = $1 AND role = 'assistant' ORDER BY seq DESC LIMIT 1";
  const [answer] = await server.database.query<{ id: string; parent_id: string }>(newest, [sessionId]);
  await server.database.query('UPDATE chat_sessions SET head_id = $2 WHERE id = $1', [sessionId, answer?.parent_id]);
  await server.database.query('DELETE FROM chat_messages WHERE id = $1', [answer?.id]);
}

/** The answers on the page, oldest first; a question is none. */
export const answers = (page: Page): Locator => page.getByRole('log').locator('article:has(.md)');

/** The exact amounts of `<data value>` inside an element. */
export function amounts(inside: Locator): Promise<string[]> {
  return inside.locator('data').evaluateAll((all) => all.map((element) => element.getAttribute('value') ?? ''));
}

/** The balance in the top bar, to the nano-dollar. */
export const shownBalance = async (page: Page): Promise<string | undefined> =>
  (await amounts(page.getByRole('banner', { includeHidden: true })))[0];

/** The text that the focused element reads as: its label or its content. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement;
    return element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent;
  })()`);
}

/** Presses Tab until the focus is on what reads as `name`; fails after a whole round of the page. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 120) {
    await page.keyboard.press('Tab');
    const now = (await focused(page)).trim();
    if (now === name) return;
    passed.push(now);
  }
  expect(passed).toContain(name);
}
