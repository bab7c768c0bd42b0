import type { ModelList } from '@q/contract/models';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWatched, type Pages, startPages } from './browser.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only' });
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

const list = (query: string) => pages.ask<ModelList>(`/api/v1/models?${query}`);

async function settled(page: Page, { total }: ModelList): Promise<void> {
  await page
    .locator('h1 + [role=status]')
    .getByText(new RegExp(`^${total} models?$`))
    .waitFor();
}

/** Where each filter stands, and how high it is. */
const PLACES = `[...document.querySelectorAll('aside fieldset, aside select, aside [role=switch]')].map((element) => {
  const { top, height } = element.getBoundingClientRect();
  return Math.round(top + element.closest('aside').scrollTop) + ' ' + Math.round(height);
})`;

describe('the filters of the catalogue', () => {
  it('stand where they stand, whatever is chosen or taken away', async () => {
    const all = await list('per_page=1');
    const plain = await openWatched(pages, '/models');
    await settled(plain, all);
    const places = await plain.evaluate<string[]>(PLACES);
    for (const [path, query] of [
      ['/models?by=openai&cap=vision', 'provider=openai&capability=vision'],
      ['/models?available=1&tier=premium', 'available=true&price=premium'],
    ] as const) {
      const page = await openWatched(pages, path);
      await settled(page, await list(query));
      expect(await page.evaluate(PLACES)).toEqual(places);
      await page.getByRole('button', { name: 'Clear all' }).click();
      await settled(page, all);
      expect(await page.evaluate(PLACES)).toEqual(places);
    }
  });
});
