import type { ModelList } from '@q/contract/models';
import type { RecommendationAnswer } from '@q/contract/recommendations';
import type { Locator, Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers as answersWith } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { formatCost } from '../../apps/web/src/lib/format.ts';
import { ask, asking, came, field, picks } from './assistant-page.ts';
import { openWatched } from './browser.ts';
import {
  amounts,
  answered,
  answers,
  composer,
  dialog,
  focused,
  freshEmail,
  openAsMember,
  signInByApi,
  signUpThere,
} from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

/** Only OpenAI and the sandbox can be called: the rest of the catalogue is there to be recommended. */
const stage = scriptedPages();

beforeEach(() => {
  stage.upstream.script(answersWith());
});

const TASK = 'Write unit tests for a TypeScript library, not Anthropic, under 2 cents each';

async function recommend(query: string, more: object = {}): Promise<RecommendationAnswer> {
  const response = await fetch(`${stage.pages.url}/api/v1/recommendations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, ...more }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as RecommendationAnswer;
}

/** What the page is answered when somebody does `act`. Asked again, it may be other models: their measured speeds change as they are called. */
async function answerTo(page: Page, act: () => Promise<void>): Promise<RecommendationAnswer> {
  const [response] = await Promise.all([page.waitForResponse('**/api/v1/recommendations'), act()]);
  return (await response.json()) as RecommendationAnswer;
}

const sentence = (page: Page) => new URL(page.url()).searchParams.get('q');
const limit = (page: Page, text: string) =>
  page.getByRole('group', { name: 'Limits in your sentence' }).getByText(text, { exact: true });

/** The ids of the picks on the page. */
async function shownIds(page: Page): Promise<string[]> {
  return picks(page).locator('h3').allTextContents();
}

const ids = ({ recommendations }: RecommendationAnswer) => recommendations.map(({ model_id: id }) => id);

/** The points of the eight factors that are unfolded, and the score they are said to add up to. */
async function points(inside: Locator): Promise<{ factors: number[]; score: number }> {
  const all = await inside.locator('[data-points]').allTextContents();
  const numbers = all.map(Number);
  return { factors: numbers.slice(0, -1), score: numbers.at(-1) ?? Number.NaN };
}

describe('a task in, three models out', () => {
  it('shows what the assistant answers: models, roles, reasons, costs, speed', async () => {
    const expected = await recommend(TASK);
    const page = await openWatched(stage.pages, '/');
    await expect.poll(() => focused(page)).toContain('What do you need a model for?');
    await ask(page, TASK);
    expect(await shownIds(page)).toEqual(ids(expected));
    expect(sentence(page)).toBe(TASK);
    for (const [index, pick] of expected.recommendations.entries()) {
      const row = picks(page).nth(index);
      await row.getByText(pick.reasoning).waitFor();
      await row.getByText(`score ${pick.score} of 100`).waitFor();
      expect(await amounts(row)).toEqual([pick.estimated_cost_usd]);
    }
    await picks(page).first().getByText('Best match', { exact: true }).waitFor();
    for (const text of ['up to $0.02 per call', 'not anthropic']) await limit(page, text).waitFor();
  });

  it('says why: eight factors whose points add up to the score, and what was understood', async () => {
    const expected = await recommend(TASK);
    const page = await openWatched(stage.pages, asking(TASK));
    for (const [index, pick] of expected.recommendations.entries()) {
      const row = picks(page).nth(index);
      await row.getByRole('button', { name: /^Why/ }).click();
      await row.getByRole('table').waitFor();
      const { factors, score } = await points(row);
      expect(factors).toEqual(Object.values(pick.factors).map((factor) => factor.points));
      expect(factors.reduce((sum, one) => sum + one, 0)).toBe(score);
      expect(score).toBe(pick.score);
      await row.getByText('What was understood').waitFor();
      await row.getByRole('listitem').getByText('Writing code').waitFor();
      expect(new URL(page.url()).searchParams.get('open')).toBe(String(index + 1));
    }
    await page.reload();
    await picks(page).nth(2).getByRole('table').waitFor();
    expect(await picks(page).getByRole('table').count()).toBe(1);
  });

  it('offers six real tasks with today’s prices to those who have none', async () => {
    const page = await openWatched(stage.pages, '/');
    const examples = page.getByRole('region', { name: 'For example' }).getByRole('link');
    await expect.poll(() => examples.first().textContent()).toMatch(/≈ \$\d/);
    expect(await examples.count()).toBe(6);
    const query =
      new URL((await examples.first().getAttribute('href')) ?? '', stage.pages.url).searchParams.get('q') ?? '';
    const [best] = (await recommend(query, { available_only: true })).recommendations;
    expect(await examples.first().textContent()).toContain(`≈ ${formatCost(best?.estimated_cost_usd)}`);
    await examples.first().click();
    await came(page);
    expect(await shownIds(page)).toContain(best?.model_id);
  });

  it('names with these tasks only what can be called here', async () => {
    const page = await openWatched(stage.pages, '/');
    const examples = page.getByRole('region', { name: 'For example' });
    await expect.poll(() => examples.locator('[aria-busy=true], .animate-pulse').count()).toBe(0);
    const { data } = await stage.pages.ask<ModelList>('/api/v1/models?available=true&per_page=100');
    const usable = data.map(({ id }) => id.slice(id.indexOf('/') + 1));
    const named = await examples.getByRole('link').locator('span.font-mono').allInnerTexts();
    for (const text of named.filter((one) => one !== '')) expect(usable).toContain(text.split(' ')[0]);
    expect(named.filter((one) => one !== '').length).toBeGreaterThan(3);
  });

  it('shows what would be cheaper and what faster', async () => {
    const query = 'Summarise support tickets, best quality';
    const { alternatives } = await recommend(query);
    const page = await openWatched(stage.pages, asking(query));
    const beside = page.getByRole('region', { name: 'Alternatives to the best match' });
    await beside.getByText(alternatives.budget?.model_id ?? '').waitFor();
    await beside.getByText(alternatives.speed?.model_id ?? '').waitFor();
  });
});

describe('limits', () => {
  it('go out of the sentence with their words, change, and come in', async () => {
    const page = await openWatched(stage.pages, asking(TASK));
    await page.getByRole('button', { name: 'Remove not anthropic' }).click();
    await expect.poll(() => sentence(page)).toBe('Write unit tests for a TypeScript library, under 2 cents each');
    await limit(page, 'not anthropic').waitFor({ state: 'detached' });
    expect(await field(page).inputValue()).toBe(sentence(page));

    await page.getByRole('button', { name: 'Change up to $0.02 per call' }).click();
    await page.getByLabel('At most, $').fill('0.5');
    await page.getByRole('button', { name: 'Set' }).click();
    await limit(page, 'up to $0.50 per call').waitFor();
    expect(await page.getByText('up to $0.02 per call').count()).toBe(0);

    await page.getByLabel('Add a limit').selectOption('structured_output');
    await page.getByRole('button', { name: 'Remove JSON' }).waitFor();
    await page.getByLabel('Add a limit').selectOption('include');
    await page.getByLabel('Only models of').selectOption('openai');
    await page.getByRole('button', { name: 'Set' }).click();
    await limit(page, 'only openai').waitFor();
    await expect.poll(async () => (await shownIds(page)).every((id) => id.startsWith('openai/'))).toBe(true);
    expect(await shownIds(page)).toEqual(ids(await recommend(sentence(page) ?? '')));

    await page.goBack();
    await limit(page, 'only openai').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Remove JSON' }).waitFor();
  });

  it('are said plainly when they cannot all be met, with what to change', async () => {
    const query = 'Write a poem with openai/gpt-5.5, only from OpenAI, at most $0.000001 per call';
    const answer = await recommend(query);
    expect(answer.relaxed.length).toBeGreaterThan(0);
    const page = await openWatched(stage.pages, asking(query));
    const given = page.getByRole('region', { name: 'What had to be given up' });
    await given.getByText('No model meets every wish.').waitFor();
    await given.getByRole('button').first().click();
    await expect.poll(() => sentence(page)).not.toBe(query);
    await came(page);
    await given.waitFor({ state: 'detached' });
  });

  it('lead on when nothing fits', async () => {
    const query = 'Translate letters to French';
    expect((await recommend(query, { free_only: true, available_only: true })).no_match).not.toBeNull();
    const page = await openWatched(stage.pages, asking(query, '&free=1&available=1'));
    await page.getByText('No model fits this').waitFor();
    await page.getByRole('button', { name: 'Models that are not connected too' }).click();
    await picks(page).first().waitFor();
    expect(await shownIds(page)).toEqual(ids(await recommend(query, { free_only: true })));
  });
});

describe('preferences', () => {
  it('ask again, and stand in the address', async () => {
    const query = 'Summarise support tickets';
    const page = await openWatched(stage.pages, asking(query));
    await came(page);
    await page.getByText('Price', { exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('prefer')).toBe('price');
    await page.getByRole('switch', { name: 'Available now' }).click();
    const expected = ids(await recommend(query, { prefer: 'price', available_only: true }));
    await expect.poll(() => shownIds(page)).toEqual(expected);
    await page.reload();
    await expect.poll(() => shownIds(page)).toEqual(expected);
  });

  it('have a weight for each factor', async () => {
    const query = 'Summarise support tickets';
    const page = await openWatched(stage.pages, asking(query, '&open=1'));
    await came(page);
    await page.getByRole('button', { name: /^Weights/ }).click();
    await page.getByLabel('Cost', { exact: true }).fill('0');
    await page.getByLabel('Capability', { exact: true }).fill('50');
    await expect.poll(() => new URL(page.url()).searchParams.get('w')).toBe('50,15,0,10,10,5,15,10');
    const weights = { capability: 50, rating: 15, cost: 0, context: 10, popularity: 10 };
    const expected = await recommend(query, {
      weights: { ...weights, provider_preference: 5, speed: 15, reliability: 10 },
    });
    await expect.poll(() => shownIds(page)).toEqual(ids(expected));
    await expect.poll(async () => (await points(picks(page).first())).score).toBe(expected.recommendations[0]?.score);
    await page.getByRole('button', { name: 'Back to the usual weights' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('w')).toBeNull();
  });
});

describe('from a task to a paid answer', () => {
  it.each([
    ['desktop', 'light'],
    ['phone', 'dark'],
  ] as const)('leads a stranger there on a %s in the %s theme', async (size, theme) => {
    const email = freshEmail();
    const page = await openWatched(stage.pages, '/', { size, theme });
    await ask(page, 'Explain recursion to a child');
    await page.getByRole('switch', { name: 'Available now' }).click();
    await page.getByText('Leave out', { exact: false }).waitFor({ state: 'detached' });
    await came(page);
    const [chosen = ''] = await shownIds(page);
    await picks(page).first().getByRole('link', { name: 'Chat with it' }).click();
    await composer(page).waitFor();
    expect(new URL(page.url()).searchParams.get('model')).toBe(chosen);
    expect(await composer(page).inputValue()).toBe('Explain recursion to a child');
    await page.getByRole('button', { name: 'Send' }).click();
    await signUpThere(page, email);
    await dialog(page).getByRole('button', { name: '$10', exact: true }).click();
    await dialog(page)
      .getByText(/Your balance is \$10\.0000/)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Send' }).click();
    await answered(page);
    await answers(page).first().waitFor();
    const person = await signInByApi(stage.pages, email);
    const [session] = (await person('GET', '/api/v1/sessions')).body.data;
    expect(session.model_id).toBe(chosen);
  });

  it('keeps the model of a member, and gives back what was typed before', async () => {
    const { page, ask: api } = await openAsMember(stage.pages, '/chat');
    await composer(page).fill('something begun');
    await page.goto(asking('Explain recursion to a child', '&available=1'));
    await came(page);
    const [chosen] = await shownIds(page);
    await picks(page).first().getByRole('link', { name: 'Chat with it' }).click();
    await expect.poll(() => composer(page).inputValue()).toBe('Explain recursion to a child');
    await page.getByRole('button', { name: 'Put it back' }).click();
    await expect.poll(() => composer(page).inputValue()).toBe('something begun');
    await expect.poll(async () => (await api('GET', '/api/v1/preferences')).body.selected_model).toBe(chosen);
  });

  it('works without a pointer', async () => {
    const page = await openWatched(stage.pages, '/');
    await expect.poll(() => focused(page)).toContain('What do you need a model for?');
    await page.keyboard.type('Explain recursion, only from OpenAI');
    await page.keyboard.press('Enter');
    await came(page);
    await expect.poll(() => focused(page)).toBe('Picked for this task');
    const shown = await shownIds(page);
    await page.keyboard.press('2');
    await picks(page).nth(1).getByRole('table').waitFor();
    await page.keyboard.press('2');
    await picks(page).nth(1).getByRole('table').waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/compare');
    expect(new URL(page.url()).searchParams.getAll('m')).toEqual(shown);
    await page.goBack();
    await picks(page).first().waitFor();
    await page.keyboard.press('1');
    for (let stop = 0; stop < 3; stop += 1) await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toBe('Chat with it');
    await page.keyboard.press('Enter');
    await composer(page).waitFor();
    expect(new URL(page.url()).searchParams.get('model')).toBe(shown[0]);
  });

  it('leads to the model, and to its code', async () => {
    const page = await openWatched(stage.pages, asking('Explain recursion to a child'));
    await came(page);
    const [id = ''] = await shownIds(page);
    await picks(page).first().getByRole('link', { name: 'Use in code' }).click();
    const heading = page.getByRole('heading', { name: 'Use in code' });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element.getBoundingClientRect().top)).toBeLessThan(400);
    await page.goBack();
    await picks(page).first().getByRole('link', { name: 'Open model' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/models/${id}`);
  });

  it('takes a model and a first prompt from any link', async () => {
    const page = await openWatched(stage.pages, '/chat/new?m=sandbox/guide&q=How%20do%20I%20pay%3F');
    await composer(page).waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe('How do I pay?');
    expect(new URL(page.url()).searchParams.get('model')).toBe('sandbox/guide');
  });
});

describe('in place', () => {
  it('answers over the catalogue', async () => {
    const page = await openWatched(stage.pages, '/models');
    const panel = page.getByRole('region', { name: 'Ask Q Assistant' });
    await panel.getByLabel('Ask Q Assistant').fill('Explain recursion, only from OpenAI');
    const expected = await answerTo(page, () => panel.getByRole('button', { name: 'Ask', exact: true }).click());
    const rows = panel.getByRole('listitem').filter({ has: page.getByText('per call') });
    await rows.first().waitFor();
    expect(ids(expected).every((id) => id.startsWith('openai/'))).toBe(true);
    for (const id of ids(expected)) await panel.getByRole('link', { name: id }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/models');
    await panel.getByRole('link', { name: 'All reasons, limits and weights' }).click();
    await came(page);
    expect(sentence(page)).toBe('Explain recursion, only from OpenAI');
  });
});

describe('in the chat', () => {
  it('says which model fits what is being written', async () => {
    const page = await openWatched(stage.pages, '/chat?model=sandbox/guide');
    await composer(page).fill('Prove that there are infinitely many primes');
    await page.getByRole('button', { name: /^Model: / }).click();
    const expected = await answerTo(page, () =>
      dialog(page).getByRole('button', { name: 'Ask which model fits' }).click(),
    );
    const [best = ''] = ids(expected);
    await dialog(page)
      .getByRole('button', { name: `Use ${best}` })
      .click();
    await expect.poll(() => new URL(page.url()).searchParams.get('model')).toBe(best);
    expect(await composer(page).inputValue()).toBe('Prove that there are infinitely many primes');
  });
});

describe('when the assistant does not answer', () => {
  it('goes on with the catalogue, filtered by what the sentence says', async () => {
    const page = await openWatched(stage.pages, '/models');
    let fails = true;
    await page.route('**/api/v1/recommendations', (route) =>
      fails
        ? route.fulfill({ status: 503, json: { error: { message: 'Busy.', code: 'overloaded' } } })
        : route.continue(),
    );
    await page.goto(asking('Fill forms as JSON with tools'));
    await page.getByText('Q Assistant does not answer').waitFor();
    await page.getByText('Filtered by what your sentence says: json, tools.').waitFor();
    const link = page.getByRole('link', { name: 'Open the catalogue with these filters' });
    expect(await link.getAttribute('href')).toBe('/models?cap=structured_output&cap=tools');
    await page.getByRole('region', { name: 'Meanwhile, from the catalogue' }).getByRole('listitem').first().waitFor();
    fails = false;
    await page.getByRole('button', { name: 'Retry' }).click();
    await picks(page).first().waitFor();
  });
});
