import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';

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
export async function launchBrowser(): Promise<Browser> {
  return driver.launch({ executablePath: await chromium.executablePath(), headless: true, args: FLAGS });
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
export async function openContext(
  browser: Browser,
  baseUrl: string,
  options: WindowOptions = {},
): Promise<BrowserContext> {
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
export function watchForFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /content security policy|refused to|react/i.test(message.text())) {
      faults.push(message.text());
    }
  });
  return faults;
}

/** Serious and critical findings of axe on the page as it is now, one line each with the elements. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's content security policy does not concern.
  await page.evaluate(AXE_SOURCE);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}

/** Pixels the page can be scrolled sideways: 0 is right. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}
