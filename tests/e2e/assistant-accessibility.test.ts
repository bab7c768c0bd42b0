import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, asking, came, field, picks } from './assistant-page.ts';
import { openWatched, type Pages, startPages } from './browser.ts';
import { faultsOfView } from './faults-of-view.ts';
import { type State, walk } from './states.ts';

const TASK = 'Write unit tests for a TypeScript library, not Anthropic, under 2 cents each';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only' });
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

const STATES: State[] = [
  {
    name: 'nothing asked',
    reach: (page) =>
      page
        .getByText(/≈ \$\d/)
        .first()
        .waitFor(),
  },
  { name: 'three picks', reach: (page) => ask(page, TASK) },
  {
    name: 'a pick unfolded',
    reach: async (page) => {
      await picks(page).first().getByRole('button', { name: /^Why/ }).click();
      await page.getByRole('table').first().waitFor();
    },
  },
  { name: 'weights', reach: (page) => page.getByRole('button', { name: /^Weights/ }).click() },
  { name: 'a limit being changed', reach: (page) => page.getByRole('button', { name: /^Change up to/ }).click() },
  { name: 'a provider being chosen', reach: (page) => page.getByLabel('Add a limit').selectOption('exclude') },
  {
    name: 'wishes given up',
    reach: async (page) => {
      await ask(page, 'Write a poem, only from OpenAI, at most $0.000001 per call');
      await page.getByText('No model meets every wish.').waitFor();
    },
  },
  {
    name: 'no match',
    reach: async (page) => {
      await ask(page, 'Make a video of a cat');
      await page.getByText('No model fits this').waitFor();
    },
  },
  {
    name: 'no answer',
    reach: async (page) => {
      await page.route('**/api/v1/recommendations', (route) => route.abort());
      await field(page).fill('Summaries, free, as JSON');
      await field(page).press('Enter');
      await page.getByText('Q Assistant does not answer').waitFor();
    },
  },
];

const IN_PLACE: State[] = [
  {
    name: 'over the catalogue',
    reach: async (page) => {
      const panel = page.getByRole('region', { name: 'Ask Q Assistant' });
      await panel.getByLabel('Ask Q Assistant').fill(TASK);
      await panel.getByRole('button', { name: 'Ask', exact: true }).click();
      await panel.getByText('per call').first().waitFor();
    },
  },
  {
    name: 'in the chat',
    reach: async (page) => {
      await page.goto('/chat?model=sandbox/guide&q=Translate%20a%20letter');
      await page.getByRole('button', { name: /^Model: / }).click();
      await page.getByRole('button', { name: 'Ask which model fits' }).click();
      await page.getByRole('dialog').getByText('per call').first().waitFor();
    },
  },
];

describe('the assistant', () => {
  it.each(['desktop', 'phone', 'tiny'] as const)('has no fault in any state on a %s screen', async (size) => {
    const page = await openWatched(pages, '/', { size });
    expect(await walk(page, STATES, faultsOfView)).toEqual({});
  });

  it.each(['desktop', 'phone', 'tiny'] as const)('has no fault in other pages on a %s screen', async (size) => {
    const page = await openWatched(pages, '/models', { size });
    expect(await walk(page, IN_PLACE, faultsOfView)).toEqual({});
  });

  it('has controls a finger can hit', async () => {
    const page = await openWatched(pages, asking(TASK, '&open=1'), { size: 'phone' });
    await came(page);
    await page.getByRole('button', { name: /^Weights/ }).click();
    const small = await page
      .locator('#main')
      .locator('button:visible, select:visible, input:visible:not(.sr-only), a:visible')
      .evaluateAll((controls) =>
        controls
          .map((control) => {
            const target = control.role === 'switch' ? (control.parentElement ?? control) : control;
            return { text: control.textContent || control.ariaLabel, height: target.getBoundingClientRect().height };
          })
          .filter(({ height }) => height < 44)
          .map(({ text, height }) => `${text}: ${height}`),
      );
    expect(small).toEqual([]);
  });
});
