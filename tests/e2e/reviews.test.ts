import type { ReviewList } from '@q/contract/reviews';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../apps/server/src/testing/fake-upstream.ts';
import { TEST_ADMIN } from '../../apps/server/src/testing/test-app.ts';
import { answers } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { openWatched, type Pages, startPages } from './browser.ts';
import { dialog, openAsMember, PASSWORD, signInByApi, tabTo } from './person.ts';
import { DOZEN, giveReviews, userOf } from './reviewers.ts';

const MODEL = 'openai/gpt-5.5';
const PATH = `/models/${MODEL}`;

let upstream: FakeUpstream;
let pages: Pages;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script(answers());
  pages = await startPages({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url, SIGN_IN_LIMIT_PER_10_S: '100' });
}, 120_000);

afterAll(async () => {
  await pages?.close();
  await upstream?.close();
});

beforeEach(async () => {
  await pages.server.database.query('DELETE FROM reviews');
  await pages.server.app.services.catalog.refreshRatings();
});

const region = (page: Page): Locator => page.getByRole('region', { name: 'Reviews' });
const form = (page: Page): Locator => page.getByRole('form', { name: 'Your review' });
const button = (page: Page, name: string): Locator => region(page).getByRole('button', { name, exact: true });
const stored = () => pages.ask<ReviewList>(`/api/v1/models/${MODEL}/reviews`);

/** The model's page, as somebody who has an account already. */
async function openSignedIn(account: { email: string; password: string }): Promise<Page> {
  const page = await openWatched(pages, '/theme.js');
  await page.request.post('/api/v1/auth/login', { data: account });
  await page.evaluate("localStorage.setItem('q.session', '1')");
  await page.goto(PATH);
  return page;
}

describe('a review', () => {
  it('is written by who has used the model, edited, voted for by another, seen in the marketplace, and deleted', async () => {
    const { page, ask } = await openAsMember(pages, PATH);
    await ask('PATCH', '/api/v1/auth/me', { name: 'Ada' });
    await region(page).getByText('No reviews yet').waitFor();
    await region(page).getByRole('link', { name: 'Try it first' }).waitFor();
    await page.getByLabel('Your prompt').fill('Hello');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Paid \$/).waitFor();

    await button(page, 'Write a review').click();
    await form(page).getByRole('radio', { name: '4 stars, good' }).check({ force: true });
    await form(page).getByLabel('How did it do?').fill('Careful with numbers.\nAnd fast.');
    await form(page).getByRole('button', { name: 'Publish review' }).click();
    await page.getByText('Your review is published.').waitFor();
    await region(page).getByText('Careful with numbers.').waitFor();
    await page.getByRole('link', { name: 'Rated 4.0 of 5 by 1 person' }).waitFor();
    expect(await form(page).count()).toBe(0);

    await button(page, 'Edit').click();
    expect(await form(page).getByRole('radio', { name: '4 stars, good' }).isChecked()).toBe(true);
    await form(page).getByRole('radio', { name: '5 stars, excellent' }).check({ force: true });
    await form(page).getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Your review is changed.').waitFor();
    expect((await stored()).data).toMatchObject([{ author: 'Ada', rating: 5, helpful: 0 }]);

    const other = (await openAsMember(pages, PATH)).page;
    const helpful = button(other, 'Helpful');
    await helpful.click();
    await region(other).getByText('Helpful to you').waitFor();
    expect(await helpful.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(async () => (await stored()).data[0]?.helpful).toBe(1);
    await other.goto('/models?q=gpt-5.5&view=cards');
    await other.getByText('Rated 5.0 of 5 by 1 person').first().waitFor({ state: 'attached' });
    await other.goto('/models?stars=4&view=table');
    await other.locator('[data-row-link]').first().waitFor();

    await page.reload();
    await region(page).getByText('1 person found this helpful').waitFor();
    await button(page, 'Delete').click();
    await dialog(page, 'Delete your review?').getByRole('button', { name: 'Delete review' }).click();
    await page.getByText('Your review is deleted.').waitFor();
    await button(page, 'Write a review').waitFor();
    expect(await stored()).toMatchObject({ total: 0, summary: { rating: null } });
    expect(await page.getByText(/^Rated /).count()).toBe(0);
  }, 60_000);

  it('is written by keyboard alone, with what is missing said beside it', async () => {
    const { email } = await userOf(pages, MODEL);
    const page = await openSignedIn({ email, password: PASSWORD });
    await button(page, 'Write a review').focus();
    await page.keyboard.press('Enter');
    await form(page).waitFor();
    await tabTo(page, 'How did it do?');
    await page.keyboard.type('Fine.');
    await tabTo(page, 'Publish review');
    await page.keyboard.press('Enter');
    await form(page).getByText('Choose one to five stars.').waitFor();
    expect(await page.evaluate('document.activeElement.name')).toBe('rating');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await form(page).getByText('3 of 5, fair').waitFor();
    await page.keyboard.press('ArrowLeft');
    await tabTo(page, 'Publish review');
    await page.keyboard.press('Enter');
    await page.getByText('Your review is published.').waitFor();
    expect((await stored()).data).toMatchObject([{ rating: 2, content: 'Fine.', author: null }]);
  });

  it('stays in the form when it cannot be sent', async () => {
    const { page, ask } = await openAsMember(pages, '/theme.js');
    await ask('POST', '/v1/chat/completions', { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] });
    await page.goto(PATH);
    await button(page, 'Write a review').click();
    await form(page).getByRole('radio', { name: '1 star, bad' }).check({ force: true });
    await form(page).getByLabel('How did it do?').fill('It forgets.');
    await page.context().setOffline(true);
    await form(page).getByRole('button', { name: 'Publish review' }).click();
    await form(page).getByRole('alert').getByText('cannot be reached').waitFor();
    expect(await form(page).getByLabel('How did it do?').inputValue()).toBe('It forgets.');
    await page.context().setOffline(false);
    await form(page).getByRole('button', { name: 'Publish review' }).click();
    await page.getByText('Your review is published.').waitFor();
    expect((await stored()).total).toBe(1);
  });

  it('written twice, in two windows, is said to be there already', async () => {
    const { page, ask } = await openAsMember(pages, '/theme.js');
    await ask('POST', '/v1/chat/completions', { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] });
    await page.goto(PATH);
    await button(page, 'Write a review').click();
    await form(page).getByRole('radio', { name: '1 star, bad' }).check({ force: true });
    await form(page).getByLabel('How did it do?').fill('It forgets.');
    await ask('POST', `/api/v1/models/${MODEL}/reviews`, { rating: 5, content: 'From the other window.' });
    await form(page).getByRole('button', { name: 'Publish review' }).click();
    await form(page).getByText('You have reviewed this model already.').waitFor();
    expect((await stored()).data).toMatchObject([{ rating: 5 }]);
  });
});

describe('the reviews of a model', () => {
  it('are shown as text, in pages, by age or by help, to strangers too', async () => {
    const ids = await giveReviews(pages, MODEL, DOZEN);
    const voter = await userOf(pages, MODEL);
    await voter.ask('POST', `/api/v1/models/${MODEL}/reviews/${ids[2]}/helpful`);
    const page = await openWatched(pages, `${PATH}#reviews`);
    const articles = region(page).getByRole('article');
    await articles.first().waitFor();
    expect(await articles.count()).toBe(10);
    await region(page).getByText('1–10 of 12').waitFor();
    await region(page).getByText('<script>window.pwned=1</script>').waitFor();
    await region(page).getByText('<b>Bold</b>').waitFor();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await region(page).locator('img, script, b').count()).toBe(0);
    expect(await button(page, 'Helpful').count()).toBe(0);

    await region(page).getByRole('button', { name: 'Show all of it' }).first().click();
    await region(page).getByText('The end.').waitFor();
    await button(page, 'Next').click();
    await region(page).getByText('11–12 of 12').waitFor();
    expect(await articles.count()).toBe(2);
    expect(await button(page, 'Next').isDisabled()).toBe(true);
    await region(page).getByLabel('Order of the reviews').selectOption('helpful');
    await region(page).getByText('1–10 of 12').waitFor();
    await articles.first().getByText('We moved 40,000 tickets').waitFor();

    await region(page).getByRole('link', { name: 'Sign in to write a review' }).click();
    await dialog(page).getByLabel('E-mail').waitFor();
  });

  it('are removed by an administrator', async () => {
    await giveReviews(pages, MODEL, [{ name: 'Spammer', rating: 1, content: 'Buy pills at my shop.' }]);
    const page = await openSignedIn(TEST_ADMIN);
    await button(page, 'Remove').click();
    await dialog(page, 'Remove this review?').getByText('The review by Spammer').waitFor();
    await dialog(page, 'Remove this review?').getByRole('button', { name: 'Remove review' }).click();
    await region(page).getByText('No reviews yet').waitFor();
    const ask = await signInByApi(pages, TEST_ADMIN.email, TEST_ADMIN.password);
    expect((await ask('GET', '/api/v1/admin/audit?action=review.remove')).body.total).toBe(1);
  });

  it('wait for the connection, and say so', async () => {
    const page = await openWatched(pages, '/models?q=gpt-5&view=table');
    await page.locator('[data-row-link]').first().click();
    await region(page).getByText('No reviews yet').waitFor();
    await page.goBack();
    await page.context().setOffline(true);
    await page.locator('[data-row-link]').nth(1).click();
    await region(page).getByText('as soon as there is a connection again').waitFor();
    await page.context().setOffline(false);
    await region(page).getByText('No reviews yet').waitFor();
  });

  it('show somebody who signs in what is theirs, and nobody else afterwards', async () => {
    const { email, ask } = await userOf(pages, MODEL, 'Ada');
    await ask('POST', `/api/v1/models/${MODEL}/reviews`, { rating: 4, content: 'Good.' });
    const page = await openWatched(pages, PATH);
    await region(page).getByRole('link', { name: 'Sign in to write a review' }).click();
    await dialog(page).getByLabel('E-mail').fill(email);
    await dialog(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await button(page, 'Edit').waitFor();
    await page.keyboard.press('Escape');
    await page.request.post('/api/v1/auth/logout');
    await page.evaluate("localStorage.removeItem('q.session')");
    await page.reload();
    await region(page).getByRole('article').getByText('Good.').waitFor();
    expect(await button(page, 'Edit').count()).toBe(0);
  });

  it('take a vote back where it could not be saved', async () => {
    await giveReviews(pages, MODEL, [{ name: 'Ada', rating: 4, content: 'Good.' }]);
    const { page } = await openAsMember(pages, PATH);
    await page.route('**/helpful', (route) => route.fulfill({ status: 503, json: { error: { message: 'Not now.' } } }));
    await button(page, 'Helpful').click();
    await page.getByText('That was not saved. Not now.').waitFor();
    await expect.poll(() => button(page, 'Helpful').getAttribute('aria-pressed')).toBe('false');
    await page.unrouteAll();
    await button(page, 'Helpful').click();
    await region(page).getByText('Helpful to you').waitFor();
    await button(page, 'Helpful').click();
    await expect.poll(async () => (await stored()).data[0]?.helpful).toBe(0);
    await expect.poll(() => button(page, 'Helpful').getAttribute('aria-pressed')).toBe('false');
  });
});
