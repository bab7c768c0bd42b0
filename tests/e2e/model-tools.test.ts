import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelDetail, ModelList } from '@q/contract/models';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../apps/server/src/testing/fake-upstream.ts';
import { answers, hangsAfter } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { faultsOfSight, openWatched, type Pages, startPages } from './browser.ts';
import { amounts, dialog, openAsMember, shownBalance } from './person.ts';

const MODEL = 'openai/gpt-5.5';
const folder = mkdtempSync(join(tmpdir(), 'q-model-tools-'));

let upstream: FakeUpstream;
let rack: FakeUpstream;
let pages: Pages;

/** A year ago the model cost twice as much, and next year it will cost half. */
async function givePast(id: string): Promise<void> {
  for (const [halves, shift] of [
    [4, '-1 year'],
    [1, '1 year'],
  ]) {
    await pages.server.database.query(
      `INSERT INTO price_versions (model_id, mode, commission_bps, unit, valid_from, source,
         cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
         list_input, list_cached_input, list_cache_write, list_output, list_image)
       SELECT model_id, mode, commission_bps, unit, valid_from + $2::interval, 'test',
         cost_input * $3 / 2, cost_cached_input, cost_cache_write, cost_output * $3 / 2, cost_image,
         list_input * $3 / 2, list_cached_input, list_cache_write, list_output * $3 / 2, list_image
         FROM price_versions WHERE model_id = $1 AND provider IS NULL ORDER BY id LIMIT 1`,
      [id, shift, halves],
    );
  }
}

beforeAll(async () => {
  [upstream, rack] = await Promise.all([createFakeUpstream(), createFakeUpstream()]);
  upstream.script(answers());
  const path = join(folder, 'providers.json');
  const pricing = { input_usd_per_million: 7, output_usd_per_million: '14' };
  const serves = [{ model: MODEL, upstream_model: 'there', pricing }];
  const provider = { id: 'rack', name: 'The rack', base_url: rack.url, api_keys_env: 'RACK_KEY', serves };
  writeFileSync(path, JSON.stringify([provider]));
  pages = await startPages({
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: upstream.url,
    PROVIDERS_FILE: path,
    RACK_KEY: 'rack',
  });
  await givePast(MODEL);
}, 120_000);

afterAll(async () => {
  await pages?.close();
  await Promise.all([upstream?.close(), rack?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const tryIt = (page: Page) => page.getByRole('region', { name: 'Try it' });
const code = (page: Page, language: string) => page.getByRole('region', { name: `${language} sample` });

describe('the try-it box', () => {
  it('says the price before and after, and charges exactly that', async () => {
    const { page, ask } = await openAsMember(pages, `/models/${MODEL}`);
    await tryIt(page).waitFor();
    await page.keyboard.press('t');
    await page.keyboard.type('Say **hello**.');
    await tryIt(page)
      .getByText(/^≈ \$[\d.]+, at most \$[\d.]+$/)
      .waitFor();
    await page.keyboard.press('Control+Enter');
    await tryIt(page)
      .getByText(/^Paid \$/)
      .waitFor();
    const [paid] = await amounts(tryIt(page));
    const balance = (await ask('GET', '/api/v1/balance')).body;
    expect(balance.spent_usd).toBe(paid);
    expect(await shownBalance(page)).toBe(balance.available_usd);
    expect((await ask('GET', '/api/v1/sessions')).body.total).toBe(0);
    await tryIt(page).getByRole('link', { name: 'Receipt' }).click();
    await page.waitForURL(/\/receipts\/req_/);
    await page.locator(`data[value="${paid}"]`).first().waitFor();
  });

  it('is stopped, and says what the delivered part cost', async () => {
    upstream.script(hangsAfter(12));
    const { page, ask } = await openAsMember(pages, `/models/${MODEL}`);
    await tryIt(page).getByLabel('Your prompt').fill('Count for a long time.');
    await tryIt(page).getByRole('button', { name: 'Ask' }).click();
    await tryIt(page).locator('.md').waitFor();
    await tryIt(page).getByRole('button', { name: 'Stop' }).click();
    await tryIt(page)
      .getByText(/You paid \$[\d.]+ for what was delivered/)
      .waitFor();
    const [paid] = await amounts(tryIt(page));
    expect((await ask('GET', '/api/v1/balance')).body.spent_usd).toBe(paid);
    upstream.script(answers());
  });

  it('asks a visitor to sign in, and one without money for money', async () => {
    const page = await openWatched(pages, '/models/sandbox/guide');
    await tryIt(page).getByLabel('Your prompt').fill('What is this?');
    await tryIt(page).getByText(/^≈ \$/).waitFor();
    await tryIt(page).getByRole('link', { name: 'Sign in to ask' }).click();
    await dialog(page).getByLabel('E-mail').waitFor();
    const poor = await openAsMember(pages, '/models/sandbox/guide', { usd: 0 });
    await tryIt(poor.page).getByLabel('Your prompt').fill('What is this?');
    await tryIt(poor.page).getByRole('button', { name: 'Ask' }).click();
    await tryIt(poor.page).getByRole('link', { name: 'Add money' }).click();
    await dialog(poor.page).getByRole('heading', { name: 'Add money' }).waitFor();
    expect(await tryIt(poor.page).getByLabel('Your prompt').inputValue()).toBe('What is this?');
  });

  it('shows what a hostile model writes as words', async () => {
    const hostile =
      '<img src=x onerror="window.pwned=1"> [x](javascript:window.pwned=1) ![p](https://evil.invalid/p.png)';
    upstream.script(answers({ pieces: [hostile] }));
    const { page } = await openAsMember(pages, `/models/${MODEL}`);
    await tryIt(page).getByLabel('Your prompt').fill('x');
    await tryIt(page).getByRole('button', { name: 'Ask' }).click();
    await tryIt(page).getByText(/^Paid/).waitFor();
    expect(await tryIt(page).locator('img, a[href^=javascript]').count()).toBe(0);
    expect(await page.evaluate('"pwned" in window')).toBe(false);
    upstream.script(answers());
  });
});

describe('code for a model', () => {
  it('holds the key just made, until the page is loaded anew', async () => {
    const { page } = await openAsMember(pages, '/models/sandbox/guide');
    await code(page, 'cURL').getByText('$Q_API_KEY').waitFor();
    await page.getByRole('link', { name: 'key of this marketplace' }).click();
    await dialog(page).getByRole('button', { name: 'Create key' }).click();
    await dialog(page, 'New API key').getByLabel('Name').fill('my laptop');
    await dialog(page, 'New API key').getByRole('button', { name: 'Create key' }).click();
    const secret = (await page.getByTestId('api-key').textContent()) ?? '';
    expect(secret).toMatch(/^qm_live_/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Close without the key' }).click();
    await page.keyboard.press('Escape');
    await code(page, 'cURL').getByText(`Bearer ${secret}`).waitFor();
    await page.getByRole('tab', { name: 'TypeScript' }).click();
    await code(page, 'TypeScript').getByText(`'${secret}'`).waitFor();
    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])',
    );
    expect(kept).not.toContain(secret);
    await page.reload();
    await code(page, 'cURL').getByText('$Q_API_KEY').waitFor();
    expect(await page.content()).not.toContain(secret);
  });
});

describe('prices', () => {
  it('tell what the model has cost and will cost', async () => {
    const { pricing } = await pages.ask<ModelDetail>(`/api/v1/models/${MODEL}`);
    const page = await openWatched(pages, `/models/${MODEL}`);
    const past = page.getByRole('region', { name: 'Price history' });
    await past.getByRole('row').nth(3).waitFor();
    const lines = await past.getByRole('row').allTextContents();
    expect(lines[1]).toContain('−50 %');
    expect(lines[2]).toContain('now');
    expect(lines[2]).toContain(pricing?.input);
    expect(lines[3]).toContain('until');
    await page.goto('/models/sandbox/guide');
    await past.getByText(/^Unchanged since/).waitFor();
  });

  it('of several providers stand beside each other, in the order they are tried', async () => {
    const page = await openWatched(pages, `/models/${MODEL}`);
    const rows = page.getByRole('region', { name: 'Providers' }).getByRole('row');
    await rows.nth(2).waitFor();
    expect(await rows.getByRole('rowheader').allTextContents()).toEqual([
      expect.stringContaining('OpenAI'),
      expect.stringContaining('The rack'),
    ]);
    expect(await rows.nth(2).textContent()).toContain('10.00');
  });

  it('of several providers tell how fast each was, and nothing of one that was not measured', async () => {
    await pages.server.database.query(
      `INSERT INTO calls (id, user_id, model_id, provider, streamed, outcome, output_tokens, ttft_ms, duration_ms)
       SELECT 'speed-' || n, 'usr_x', $1, 'rack', true, 'completed', 84, 400 + n, 1400 + n FROM generate_series(1, 40) n`,
      [MODEL],
    );
    // What the try-it box has asked above was measured as well.
    await pages.server.database.query("DELETE FROM calls WHERE model_id = $1 AND provider <> 'rack'", [MODEL]);
    await pages.server.app.services.catalog.refresh({ stats: true });
    const page = await openWatched(pages, `/models/${MODEL}`);
    const region = page.getByRole('region', { name: 'Providers' });
    const rows = region.getByRole('row');
    await rows.nth(2).waitFor();
    expect(await rows.nth(1).getByRole('cell').nth(1).textContent()).toBe('–');
    expect(await rows.nth(2).getByRole('cell').allTextContents()).toEqual(
      expect.arrayContaining(['0.42 s', '84 tok/s']),
    );
    await region.getByText('medians of the last seven days’ calls').waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await region.getByText('0.42 s to first token · 84 tok/s').waitFor();
    expect(await faultsOfSight(page)).toEqual([]);
  });
});

it('similar models lead to a comparison with this one', async () => {
  const similar = await pages.ask<ModelList>(`/api/v1/models?similar_to=${MODEL}&per_page=4`);
  const page = await openWatched(pages, `/models/${MODEL}`);
  const region = page.getByRole('region', { name: 'Similar models' });
  await region
    .getByRole('link', { name: similar.data[0]?.name ?? '' })
    .first()
    .waitFor();
  await region.getByRole('link', { name: 'Compare side by side' }).click();
  await page.waitForURL((url) => url.searchParams.getAll('m')[0] === MODEL);
  expect(new URL(page.url()).searchParams.getAll('m').slice(1)).toEqual(similar.data.slice(0, 3).map(({ id }) => id));
});

it.each(['desktop', 'phone', 'tiny'] as const)(
  'a model with everything has no fault of sight on a %s',
  async (size) => {
    const { page } = await openAsMember(pages, `/models/${MODEL}`, { size });
    await tryIt(page).getByLabel('Your prompt').fill('Hello');
    await tryIt(page).getByRole('button', { name: 'Ask' }).click();
    await tryIt(page).getByText(/^Paid/).waitFor();
    await page.getByRole('checkbox', { name: /^Compare / }).check();
    await page.getByRole('region', { name: 'Picked for comparison' }).waitFor();
    expect(await faultsOfSight(page)).toEqual([]);
  },
);
