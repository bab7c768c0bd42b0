import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWatched, type Pages, seriousFindings, startPages } from './browser.ts';
import { dialog, freshEmail, signUpThere } from './person.ts';

/** In the browser; this file is checked without its types. */
declare function getComputedStyle(element: unknown): Record<string, string>;

interface Example {
  url: string;
  close(): Promise<void>;
}

let pages: Pages;
let example: Example;

/** Builds the panels and the application around them, and serves it from an origin of its own. */
async function startExample(): Promise<Example> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const load = (name: string) => import(new URL(`../../scripts/lib/${name}`, import.meta.url).href);
  const { buildPanels } = (await load('build-panels.mjs')) as { buildPanels: (root: string) => Promise<void> };
  const { serveExample } = (await load('serve-example.mjs')) as {
    serveExample: (root: string, port: number) => Promise<Example>;
  };
  await buildPanels(root);
  return serveExample(root, 0);
}

beforeAll(async () => {
  example = await startExample();
  pages = await startPages({ EMBED_ORIGINS: example.url });
}, 180_000);

afterAll(async () => {
  await pages?.close();
  await example?.close();
});

const openHost = (more = ''): Promise<Page> =>
  openWatched(pages, `${example.url}/?marketplace=${encodeURIComponent(pages.url)}${more}`);

const accountButton = (page: Page) => page.getByRole('button', { name: 'Account', exact: true }).first();

async function signUp(page: Page): Promise<string> {
  const email = freshEmail();
  await accountButton(page).click();
  await signUpThere(page, email, dialog(page, 'Your account'));
  return email;
}

/** What the host's own page looks like, and what of it panels could have touched. */
const hostState = (page: Page) =>
  page.evaluate<string>(`(() => {
    const button = getComputedStyle(document.querySelector('body > button'));
    const body = getComputedStyle(document.body);
    return JSON.stringify([
      document.title, location.href, history.length, history.scrollRestoration, document.documentElement.dataset,
      document.styleSheets.length, document.adoptedStyleSheets.length, document.head.children.length,
      button.backgroundColor, button.fontSize, button.padding, body.backgroundColor, body.fontFamily, body.margin,
    ]);
  })()`);

describe('the panels in another application', () => {
  it('are all three used there: an account, a model, an answer', async () => {
    const page = await openHost();
    await page.locator('[data-row-link]').first().waitFor();
    await signUp(page);
    await page.getByRole('button', { name: '$10', exact: true }).click();
    await page.getByText('$10.00 of test funds added.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
    await page.locator('[data-row-link]', { hasText: 'guide' }).first().click();
    await page.getByRole('link', { name: 'Try in chat' }).click();
    const field = page.getByLabel('Message', { exact: true });
    await field.fill('Hello from another application');
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByRole('status')
      .getByText(/^Answer complete, /)
      .waitFor({ state: 'attached' });
    await page.getByRole('log').locator('article:has(.md)').first().waitFor();
    expect(new URL(page.url()).origin).toBe(example.url);
  });

  it('start a chat with the model and the question of the address', async () => {
    const page = await openHost('&m=sandbox/guide&q=What+is+the+commission%3F');
    const field = page.getByLabel('Message', { exact: true });
    await expect.poll(() => field.inputValue()).toBe('What is the commission?');
    await page.getByRole('button', { name: /^Model: .*guide/ }).waitFor();
  });

  it('neither touch the page around them nor take its looks', async () => {
    const page = await openHost();
    await page.locator('[data-row-link]').first().waitFor();
    const before = await hostState(page);
    const bare = JSON.parse(before) as unknown[];
    expect(bare[0]).toBe('Another application');
    await page.locator('[data-row-link]').first().click();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await hostState(page)).toBe(before);
    const panel = await page.getByRole('link', { name: 'Try in chat' }).evaluate((link) => {
      const { color, letterSpacing, fontSize, textTransform } = getComputedStyle(link);
      return { color, letterSpacing, fontSize, textTransform };
    });
    expect(panel).toEqual({
      color: expect.not.stringMatching('0, 255, 0'),
      letterSpacing: 'normal',
      fontSize: '13.5px',
      textTransform: 'none',
    });
  });

  it('leave the keys of the page to its application', async () => {
    const page = await openHost();
    await page.locator('[data-row-link]').first().waitFor();
    await page.evaluate(
      "window.pressed = []; addEventListener('keydown', (e) => setTimeout(() => pressed.push([e.key, e.defaultPrevented])))",
    );
    for (const key of ['/', 'j', '?', 'm', 'Control+k', 'Control+Shift+O']) await page.keyboard.press(key);
    const taken = await page.evaluate<[string, boolean][]>('pressed');
    expect(taken.filter(([, prevented]) => prevented)).toEqual([]);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('keep a sign-in by a refresh token of their own, and no cookie', async () => {
    const page = await openHost();
    await signUp(page);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toMatch(/eyJ|refresh/);
  });

  it('fit the room they are given, and can be used by everybody', async () => {
    const page = await openHost();
    await page.locator('[data-row-link]').first().waitFor();
    await page.evaluate("document.body.style.width = '360px'");
    await page.getByRole('button', { name: 'Filters' }).waitFor();
    const wide = () =>
      page.evaluate(`[...document.querySelectorAll('body div')]
        .map((element) => element.shadowRoot?.querySelector('.q-panel'))
        .filter((panel) => panel && panel.scrollWidth > panel.clientWidth).length`);
    // The three learn of their new width one after the other.
    await expect.poll(wide).toBe(0);
    // The names and colours of the page around are the example's own business.
    expect((await seriousFindings(page)).filter((finding) => !/page-has|landmark|body > button/.test(finding))).toEqual(
      [],
    );
  });
});
