import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { startTestServer } from '../../apps/server/src/testing/test-app.ts';
import { unpackedChromium } from './chromium.ts';

const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The packaged browser runs as root and without a GPU; nothing of it may talk to the network by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--font-render-hinting=none',
  '--hide-scrollbars',
];

/** Starts headless Chromium from the npm package: no system browser and no download is needed. */
async function launchBrowser(): Promise<Browser> {
  return driver.launch({ executablePath: unpackedChromium(), headless: true, args: FLAGS });
}

/** The windows the pages must work in. `phone` has a touch screen. */
export const SIZES = {
  tiny: { width: 320, height: 640 },
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1280, height: 800 },
} as const;

/** One browser window of a test. */
export interface WindowOptions {
  size?: keyof typeof SIZES;
  theme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
}

/** A fresh window (own cookies and storage) on `baseUrl`. */
async function openContext(browser: Browser, baseUrl: string, options: WindowOptions = {}): Promise<BrowserContext> {
  const { size = 'desktop', theme = 'light', reducedMotion = 'reduce' } = options;
  const touch = size === 'phone' || size === 'tiny';
  return browser.newContext({
    baseURL: baseUrl,
    viewport: SIZES[size],
    colorScheme: theme,
    reducedMotion,
    hasTouch: touch,
    isMobile: touch,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
}

/** Collects what a page must never do: throw, or break the content security policy. Read the list at the end of a test. */
function watchForFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /content security policy|refused to|react/i.test(message.text())) {
      faults.push(message.text());
    }
  });
  return faults;
}

/** Findings of WCAG's levels A and AA count whatever their weight; of good practice only the serious ones do. */
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds on the page as it is now, one line each with the elements; `rules` names the only ones to look at. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated by the debugger, which the page's content security policy does not concern; once for each document, since it takes a while.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE_SOURCE);
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}) };
  const results = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return results.violations
    .filter(
      ({ impact, tags }) =>
        impact === 'serious' || impact === 'critical' || tags.some((level) => LEVELS.includes(level)),
    )
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}

/** Waits until nothing grey stands where something will be. */
export async function nothingLoads(page: Page): Promise<void> {
  const stands = () => page.evaluate("document.querySelector('.animate-pulse') !== null");
  await expect.poll(stands, { timeout: 20_000 }).toBe(false);
}

/** Pixels the page, or a window over it, can be scrolled sideways: 0 is right. On a phone `innerWidth` grows with what is too wide. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate<number>(`Math.max(
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    ...[...document.querySelectorAll('[role=dialog][data-open] > *, [role=log]')].map(
      (element) => element.scrollWidth - element.clientWidth,
    ),
    0,
  )`);
}

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

async function show(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`[data-theme=${colorScheme}]`).waitFor();
}

/**
 * What is wrong with the page as it is now, in both themes: serious findings of axe, and how far it scrolls sideways. The themes differ in
 * little but colours, so that in the dark only the rules about these are asked unless `inDark` is 'every rule'.
 */
export async function faultsOfSight(page: Page, inDark: 'colours' | 'every rule' = 'colours'): Promise<string[]> {
  await show(page, 'light');
  const faults = await seriousFindings(page);
  await show(page, 'dark');
  const dark = await seriousFindings(page, inDark === 'colours' ? COLOUR_RULES : undefined);
  faults.push(...dark.map((finding) => `dark: ${finding}`));
  const pixels = await sidewaysScroll(page);
  return pixels === 0 ? faults : [...faults, `scrolls sideways: ${pixels} px`];
}

/** The product with its pages, and a browser to use them. */
export interface Pages {
  url: string;
  browser: Browser;
  /** The server itself: its mails, its services, its database. */
  server: Awaited<ReturnType<typeof startTestServer>>;
  /** A new window on the product; closed with everything else at the end. */
  open(path: string, options?: WindowOptions): Promise<Page>;
  /** What the server itself answers, to compare the page with. Throws unless the answer is 2xx. */
  ask<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

async function build(): Promise<void> {
  const script = new URL('../../scripts/lib/build-web.mjs', import.meta.url);
  const { ensureWebBuilt } = (await import(script.href)) as {
    ensureWebBuilt: (root: string, say: (text: string) => void) => Promise<void>;
  };
  await ensureWebBuilt(fileURLToPath(new URL('../..', import.meta.url)), () => undefined);
}

let built: Promise<void> | undefined;

/** Builds the web application when its sources changed: once, since servers that run go on with the files of their start. */
function ensureBuilt(): Promise<void> {
  built ??= build();
  return built;
}

/** Starts the real server on a fresh database and a browser. `env` adds settings, such as provider keys. */
export async function startPages(env: Record<string, string> = {}): Promise<Pages> {
  await ensureBuilt();
  const server = await startTestServer(env);
  const browser = await launchBrowser();
  return {
    url: server.url,
    browser,
    server,
    async open(path, options) {
      const context = await openContext(browser, server.url, options);
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      await page.goto(path);
      return page;
    },
    async ask<T>(path: string) {
      const response = await fetch(server.url + path);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return (await response.json()) as T;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens a page in its own window; when the test ends the window is closed and the page must have had no fault. */
export async function openWatched(pages: Pages, path: string, options?: WindowOptions): Promise<Page> {
  const page = await pages.open('/theme.js', options);
  const faults = watchForFaults(page);
  onTestFinished(async () => {
    await page.context().close();
    expect(faults).toEqual([]);
  });
  await page.goto(path);
  return page;
}
