import type { Model, ModelList } from '@q/contract/models';
import { parsePricePerMillion } from '@q/contract/money';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWatched, type Pages, startPages, type WindowOptions } from './browser.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only' });
}, 120_000);

afterAll(async () => {
  await pages.close();
});

const open = (path: string, options?: WindowOptions) => openWatched(pages, path, options);
const rows = (page: Page) => page.locator('tbody tr:has([data-row-link])');
const links = (page: Page) => page.locator('[data-row-link]');
const status = (page: Page) => page.locator('h1 + [role=status]');

async function hrefs(page: Page): Promise<string[]> {
  return links(page).evaluateAll((all) => all.map((link) => decodeURIComponent(link.getAttribute('href') ?? '')));
}

async function settled(page: Page, total: number): Promise<void> {
  await status(page)
    .getByText(`${total} model${total === 1 ? '' : 's'}`, { exact: true })
    .waitFor();
}

function list(query: string): Promise<ModelList> {
  return pages.ask<ModelList>(`/api/v1/models?${query}`);
}

async function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent');
}

describe('the list', () => {
  it('shows the catalogue in pages of twenty', async () => {
    const expected = await list('per_page=20');
    const page = await open('/models');
    await settled(page, expected.total);
    expect(await hrefs(page)).toEqual(expected.data.map(({ id }) => `/models/${id}`));
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.waitForURL(/page=2/);
    const second = await list('per_page=20&page=2');
    await page.locator(`[data-row-link][href="/models/${second.data[0]!.id}"]`).waitFor();
    expect(await hrefs(page)).toEqual(second.data.map(({ id }) => `/models/${id}`));
    expect(await page.getByRole('link', { name: 'Page 2' }).getAttribute('aria-current')).toBe('page');
  });

  it('leads back from a page that does not exist', async () => {
    const page = await open('/models/?page=900');
    await page.getByRole('heading', { name: 'There is no page 900' }).waitFor();
    await page.getByRole('link', { name: 'Go to the last page' }).click();
    await rows(page).first().waitFor();
  });

  it('says in words which models can be used, and leads to the chat with them', async () => {
    const page = await open('/models?q=sandbox');
    const row = rows(page).filter({ hasText: 'sandbox/' });
    await row.getByText('Available', { exact: true }).waitFor();
    await row.getByRole('link', { name: /^Chat with/ }).click();
    await page.waitForURL(/\/chat\?model=sandbox\/guide$/);
    await page.goto('/models?q=stable+image&by=stability');
    await rows(page).first().waitFor();
    expect(await rows(page).first().textContent()).toContain('Not connected');
    expect(await rows(page).first().getByRole('link', { name: /^Chat/ }).count()).toBe(0);
  });

  it('never shows a figure that nobody measured', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    const cells = await rows(page).first().locator('td').allTextContents();
    expect(cells.join(' ')).toContain('no data yet');
    expect(cells.join(' ')).toContain('no reviews yet');
  });
});

describe('filters', () => {
  it('hold together, stand in the URL, and survive reload and the back button', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    await page.getByLabel(/^Tools/).check();
    await page.getByLabel(/^Vision/).check();
    await page.getByLabel(/^OpenAI/).check();
    await page.getByLabel('Lowest input price').selectOption('1');
    await page.getByLabel('Highest input price').selectOption('5');
    await page.getByLabel('Context window, tokens').selectOption('128000');
    const query = 'provider=openai&capability=tools&capability=vision&min_price=1&max_price=5&min_context=128000';
    const expected = await list(query);
    expect(expected.total).toBeGreaterThan(0);
    await settled(page, expected.total);
    expect(new URL(page.url()).search).toBe('?by=openai&cap=tools&cap=vision&min=1&max=5&ctx=128000');

    await page.reload();
    await settled(page, expected.total);
    expect(await page.getByLabel(/^Vision/).isChecked()).toBe(true);

    for (let back = 0; back < 3; back += 1) await page.goBack();
    await settled(page, (await list('provider=openai&capability=tools&capability=vision')).total);
    expect(await page.getByLabel('Context window, tokens').inputValue()).toBe('');
  });

  it('count what a further choice would leave', async () => {
    const page = await open('/models?cap=tools');
    const { facets } = await list('capability=tools');
    const vision = facets.capabilities.find(({ value }) => value === 'vision')!;
    await page.getByLabel(`Vision ${vision.count}`).check();
    await settled(page, vision.count);
    const limits = (await list('capability=tools&capability=vision')).facets;
    const [price, context] = [limits.max_prices[2]!, limits.contexts.at(-1)!];
    const dear = page.getByLabel('Highest input price');
    expect(await dear.locator(`option[value="${price.value}"]`).textContent()).toBe(
      `up to $${price.value} (${price.count})`,
    );
    await page.getByLabel('Context window, tokens').selectOption(context.value);
    await settled(page, context.count);
  });

  it('are taken away one by one or all at once', async () => {
    const page = await open('/models?cap=tools&tier=budget&q=mini');
    await page.getByRole('button', { name: 'Remove tools' }).click();
    await page.waitForURL((url) => url.search === '?q=mini&tier=budget');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.waitForURL((url) => url.search === '?q=mini');
  });

  it('that make no sense are passed over', async () => {
    const page = await open('/models?tier=bogus&by=%3Cb%3E&ctx=abc&min=x&rows=7&mod=smell&fav=yes');
    await settled(page, (await list('')).total);
    expect(await page.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  });

  it('name the nearest way out when nothing fits', async () => {
    const page = await open('/models?cap=embeddings&cap=vision&by=openai');
    await page.getByRole('heading', { name: 'No model fits all of this' }).waitFor();
    const without = await list('provider=openai&capability=vision');
    await page.getByRole('link', { name: `Without embeddings: ${without.total} models` }).click();
    await settled(page, without.total);
  });

  it('show free models only, paid ones only, and only those that can be used', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    const free = await list('price=free');
    await page.getByRole('radio', { name: `Free ${free.total}` }).check({ force: true });
    await settled(page, free.total);
    await page.getByRole('radio', { name: /^Paid/ }).check({ force: true });
    await settled(page, (await list('price=budget&price=mid&price=premium')).total);
    await page.getByRole('button', { name: 'Remove paid' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.getByRole('switch', { name: 'Available now' }).click();
    await settled(page, (await list('available=true')).total);
  });
});

describe('search', () => {
  it('marks what it found, in names and in descriptions', async () => {
    const page = await open('/models?q=gemini+flash');
    await rows(page).first().waitFor();
    expect(await rows(page).first().locator('mark').allTextContents()).toEqual(['gemini', 'flash']);
    await page.goto('/models?q=repositories');
    const found = (await list('q=repositories')).data[0]!;
    expect(found.id).not.toContain('repositories');
    await rows(page).first().locator('mark').getByText('repositories').waitFor();
  });

  it('follows while one types and leaves one step in the history', async () => {
    const page = await open('/chat');
    await page.goto('/models');
    await rows(page).first().waitFor();
    await page.getByRole('textbox', { name: 'Search models' }).pressSequentially('claude', { delay: 40 });
    await settled(page, (await list('q=claude')).total);
    expect(new URL(page.url()).search).toBe('?q=claude');
    await page.goBack();
    await page.waitForURL(/\/chat$/);
  });

  it('forgives a slip and finds a retired model with its successor', async () => {
    const page = await open('/models?q=gpt-4+trubo');
    const row = rows(page).filter({ has: page.locator('[href="/models/openai/gpt-4-turbo"]') });
    await row.getByText(/Retired/).waitFor();
    await row.getByRole('link', { name: /^Successor/ }).click();
    await page.waitForURL(/\/models\/openai\//);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
});

describe('order and price', () => {
  it('puts the cheapest call first when the head of the column is pressed, and turns round on the second press', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    const head = page.getByRole('columnheader', { name: /Est\./ });
    await head.getByRole('button').click();
    await page.waitForURL(/sort=price/);
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    await page.locator(`[data-row-link][href="/models/${(await list('sort=price')).data[0]!.id}"]`).waitFor();
    await head.getByRole('button').click();
    await page.waitForURL(/dir=desc/);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
  });

  it("prices one call of the person's own prompt exactly", async () => {
    const model = (await list('provider=openai&sort=newest&capability=text')).data[0] as Model;
    const pico = (price: string | null | undefined) => parsePricePerMillion(price ?? '') ?? 0n;
    const nano = (50_000n * pico(model.pricing?.input) + 2_000n * pico(model.pricing?.output) + 999n) / 1000n;
    const decimals = nano < 1_000_000_000n ? 4 : 2;
    const unit = 10n ** BigInt(9 - decimals);
    const rounded = ((nano + unit / 2n) / unit).toString().padStart(decimals + 1, '0');
    const page = await open(`/models?q=${model.id}`);
    await rows(page).first().waitFor();
    await page.getByLabel('Tokens in').fill('50000');
    await page.getByLabel('Tokens out').fill('2000');
    await page.waitForURL(/vol=50000-2000/);
    const row = rows(page).filter({ has: page.locator(`[href^="/models/${model.id}?"]`) });
    const cost = `${rounded.slice(0, -decimals)}.${rounded.slice(-decimals)}`;
    await row.locator('td').getByText(cost, { exact: true }).waitFor();
    // The volume goes along to the model's own page.
    await row.locator('[data-row-link]').click();
    await page.getByRole('heading', { name: 'Prices' }).waitFor();
    await expect.poll(() => page.getByLabel('Tokens in').inputValue()).toBe('50000');
  });
});

describe('views', () => {
  it('are a table on a wide screen and cards on a phone, and the choice stands in the URL', async () => {
    const wide = await open('/models');
    await rows(wide).first().waitFor();
    await wide.getByRole('button', { name: 'Cards' }).click();
    await wide.waitForURL(/view=cards/);
    await wide.locator('li [data-row-link]').first().waitFor();
    expect(await rows(wide).count()).toBe(0);

    const phone = await open('/models', { size: 'phone' });
    await phone.locator('li [data-row-link]').first().waitFor();
    await phone.getByRole('button', { name: 'Table' }).click();
    await rows(phone).first().waitFor();
    expect(await rows(phone).first().locator('td').count()).toBe(3);
  });

  it('have as many rows as one wants, and a page that fits', async () => {
    const page = await open('/models?page=2');
    await page.getByLabel('Rows on a page').selectOption('50');
    await page.waitForURL((url) => url.search === '?rows=50');
    await expect.poll(() => rows(page).count()).toBe(50);
    expect(await hrefs(page)).toEqual((await list('per_page=50')).data.map(({ id }) => `/models/${id}`));
  });

  it('open the filters as a sheet on a phone, which gives the focus back', async () => {
    const page = await open('/models', { size: 'phone' });
    const button = page.getByRole('button', { name: 'Filters' });
    await button.click();
    const sheet = page.getByRole('dialog', { name: 'Filters' });
    await sheet.getByLabel(/^Tools/).check();
    await sheet.getByRole('button', { name: `Show ${(await list('capability=tools')).total} models` }).waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await expect.poll(() => focusedText(page)).toMatch(/^Filters/);
  });
});

describe('the keyboard', () => {
  it('searches, walks and opens without a pointer', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('claude');
    await settled(page, (await list('q=claude')).total);
    await page.keyboard.press('Enter');
    const ids = (await list('q=claude')).data.map(({ id }) => id);
    await expect.poll(() => focusedText(page)).toBe(ids[0]);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await focusedText(page)).toBe(ids[1]);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/models/${ids[1]}`);
    await page.goBack();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.search === '');
  });

  it('reaches the search from another page', async () => {
    const page = await open('/models/openai/gpt-4');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.waitForURL(/\/models$/);
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('model-search');
  });

  it('picks models for a comparison and changes the order', async () => {
    const page = await open('/models?q=claude');
    await rows(page).first().waitFor();
    const ids = (await list('q=claude')).data.map(({ id }) => id);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const tray = page.getByRole('region', { name: 'Picked for comparison' });
    await tray.getByText('2 of 4 picked').waitFor();
    await page.keyboard.press(']');
    await page.waitForURL(/sort=popularity/);
    await page.keyboard.press('[');
    await page.waitForURL(/sort=relevance/);
    await tray.getByRole('link', { name: 'Compare 2' }).click();
    await page.waitForURL(`**/compare?m=${ids[0]}&m=${ids[1]}`);
  });

  it('is left alone where single keys are switched off', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard' });
    await keys.getByRole('switch', { name: 'Single-key shortcuts' }).click();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'hidden' });
    await page.keyboard.press('j');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.matches("[data-row-link], input")')).toBe(false);
  });
});

describe('trouble', () => {
  it('keeps the rows of before when a list fails, says why, and tries again', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    const before = await hrefs(page);
    const failure = { message: 'The service is not ready.', type: 'server_error', code: 'service_unavailable' };
    await page.route('**/api/v1/models?*', (route) =>
      route.fulfill({ status: 503, json: { error: { ...failure, param: null, request_id: 'req_of_the_failure' } } }),
    );
    await page.getByLabel(/^Vision/).check();
    const alert = page.getByRole('alert');
    await alert.getByText('The service is not ready.').waitFor();
    await alert.getByText('req_of_the_failure').waitFor();
    expect(await hrefs(page)).toEqual(before);
    await page.unroute('**/api/v1/models?*');
    await alert.getByRole('button', { name: 'Retry' }).click();
    await settled(page, (await list('capability=vision')).total);
    await alert.waitFor({ state: 'detached' });
  });

  it('stays when a page is pointed at, or opened, whose program cannot be loaded now', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    const chat = page.getByRole('banner').getByRole('link', { name: 'Chat', exact: true });
    await page.context().setOffline(true);
    await chat.hover();
    await page.waitForTimeout(500);
    await rows(page).first().waitFor();
    await chat.click();
    const alert = page.getByRole('alert');
    await alert.getByText('This page could not be shown').waitFor();
    await alert.getByText('Check the connection and try again.').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('says that there is no connection', async () => {
    const page = await open('/models');
    await rows(page).first().waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
  });

  it('answers an address that is no page, and a model that does not exist', async () => {
    const page = await open('/no/such/page');
    await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor();
    await page.goto('/models/openai/gpt-nothing');
    await page.getByRole('heading', { name: 'No such model' }).waitFor();
    await page.getByRole('link', { name: 'Search for it' }).click();
    await page.waitForURL(/q=gpt-nothing/);
  });
});
