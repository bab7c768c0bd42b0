import type { Model } from '@q/contract/models';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openWatched, type Pages, startPages, type WindowOptions } from './browser.ts';

/** Compressed script a first visit of the catalogue may load. */
const SCRIPT_BUDGET_BYTES = 145_000;
const LAYOUT_SHIFT_MAX = 0.02;

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only' });
}, 120_000);

afterAll(async () => {
  await pages.close();
});

const open = (path: string, options?: WindowOptions) => openWatched(pages, path, options);
const rows = (page: Page) => page.locator('tbody tr:has([data-row-link])');

describe('one model', () => {
  it('shows what a buyer pays, what the provider gets and what the marketplace keeps', async () => {
    const model = await pages.ask<Model>('/api/v1/models/openai/gpt-5.4');
    const page = await open(`/models/${model.id}`);
    const input = page.getByRole('row', { name: /^Input / });
    await input.getByText(model.pricing?.input ?? '', { exact: true }).waitFor();
    await input.getByText(model.provider_pricing?.input ?? '', { exact: true }).waitFor();
    await page.getByText("30 % of what you pay is the marketplace's commission").waitFor();
    await page.getByText('no data yet').first().waitFor();
    expect(await page.title()).toBe(`${model.name} · Q Marketplace`);
  });

  it('gives code for this marketplace and copies the id', async () => {
    const page = await open('/models/openai/gpt-5.4');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page
      .getByRole('region', { name: 'cURL sample' })
      .getByText(`curl ${pages.url}/v1/chat/completions`)
      .waitFor();
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.getByRole('region', { name: 'Python sample' }).getByText(`base_url="${pages.url}/v1"`).waitFor();
    await page.getByRole('button', { name: 'Copy model id' }).click();
    await page.getByText('Copied model id').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('openai/gpt-5.4');
  });

  it('never shows two panels of its tabs at once', async () => {
    const page = await open('/models/openai/gpt-5.4');
    await page.getByRole('tab', { name: 'Python' }).waitFor();
    // How many are visible right after the press and in the twenty frames that follow.
    const shown = await page.evaluate<number[]>(`(async () => {
      const shown = [];
      [...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent === 'Python').click();
      for (let frame = 0; frame < 20; frame += 1) {
        await new Promise(requestAnimationFrame);
        shown.push([...document.querySelectorAll('[role=tabpanel]')].filter((panel) => panel.offsetHeight > 0).length);
      }
      return shown;
    })()`);
    expect(new Set(shown)).toEqual(new Set([1]));
    await page.getByRole('region', { name: 'Python sample' }).waitFor();
  });

  it('says of a retired model when it went and what follows', async () => {
    const model = await pages.ask<Model>('/api/v1/models/openai/gpt-4');
    const page = await open(`/models/${model.id}`);
    const notice = page.getByRole('complementary', { name: 'Life of this model' });
    await notice.getByText(/OpenAI switched it off on/).waitFor();
    expect(await page.getByRole('link', { name: 'Try in chat' }).count()).toBe(0);
    await page.getByRole('heading', { name: 'Last price' }).waitFor();
    await notice.getByRole('link', { name: model.successor ?? '' }).click();
    await page.waitForURL(`**/models/${model.successor}`);
  });
});

describe('the frame', () => {
  it('follows the system until a theme is chosen, then remembers it', async () => {
    const page = await open('/models', { theme: 'dark' });
    const theme = () => page.locator('html').getAttribute('data-theme');
    await rows(page).first().waitFor();
    expect(await theme()).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(theme).toBe('light');
    await page.getByRole('button', { name: 'Switch to dark theme' }).click();
    expect(await theme()).toBe('dark');
    // Without the application: the script in the head alone must do it, before there is anything to see.
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    expect(await theme()).toBe('dark');
    expect(await page.locator('#root > *').count()).toBe(0);
  });

  it('brings the one-time token of a mailed link to the account window and never to the server', async () => {
    const page = await open('/models');
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    await page.goto('/reset-password#token=one-time-token');
    await page.waitForURL(/account=reset-password/);
    await page.getByRole('dialog').getByLabel('New password').waitFor();
    await expect.poll(() => new URL(page.url()).hash).toBe('');
    expect(requested.filter((url) => new URL(url).search.includes('one-time-token'))).toEqual([]);
  });
});

describe('the budget', () => {
  it('loads at most 145 kB of compressed script before the catalogue works', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => new URL(name).pathname.endsWith('.js')),
    );
    expect(scripts.length).toBeGreaterThan(1);
    let total = 0;
    for (const script of scripts) {
      const response = await page.request.get(script, { headers: { 'accept-encoding': 'gzip' } });
      expect(response.headers()['content-encoding']).toBe('gzip');
      total += Number(response.headers()['content-length']);
    }
    expect(total).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
  });

  it('does not jump while it loads', async () => {
    const page = await pages.open('/theme.js');
    onTestFinished(() => page.context().close());
    await page.addInitScript(`
      window.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.shifted += value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    for (const path of ['/models', '/models/openai/gpt-5.4']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate<number>('window.shifted')).toBeLessThan(LAYOUT_SHIFT_MAX);
    }
  });
});
