import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { askWith, openSocket, type TestPerson } from '../../apps/server/src/testing/test-person.ts';
import { answers as answersWith, gate } from '../../apps/server/src/testing/upstream-behaviours.ts';
import {
  amounts,
  answered,
  answers,
  composer,
  focused,
  loseAnswer,
  openAsMember,
  PASSWORD,
  say,
  tabTo,
} from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

const MODEL = 'openai/gpt-5.5';
const BEGINNING = ['Half an ', 'answer '];

const stage = scriptedPages();

let held: ReturnType<typeof gate>;
beforeEach(() => {
  held = gate(answersWith(), BEGINNING);
  stage.upstream.script(held.behaviour);
});

/** An answer that stands still after its first words. */
async function halfAnswered() {
  const { page, ask } = await openAsMember(stage.pages, `/chat?model=${MODEL}`);
  await say(page, 'Tell me');
  await page.getByRole('log').getByText('Half an answer').waitFor();
  await expect.poll(() => page.url()).toMatch(/ses_/);
  return { page, ask, asked: stage.upstream.requests.length };
}

/** The one chat of a person, its texts and the charges in the books. */
async function books(ask: TestPerson['ask']) {
  const { body: list } = await ask('GET', '/api/v1/sessions');
  const { body } = await ask('GET', `/api/v1/sessions/${list.data[0].id}/messages`);
  const { body: transactions } = await ask('GET', '/api/v1/transactions');
  const { body: balance } = await ask('GET', '/api/v1/balance');
  return {
    chats: list.total,
    texts: body.data.map((message: { content: string }) => message.content),
    cost: list.data[0].cost_usd,
    charges: transactions.data.filter(({ kind }: { kind: string }) => kind === 'charge').length,
    spent: balance.spent_usd,
    held: balance.held_usd,
  };
}

async function paidOnce(page: Awaited<ReturnType<typeof halfAnswered>>['page'], ask: TestPerson['ask']) {
  const found = await books(ask);
  expect(found).toMatchObject({ chats: 1, texts: ['Tell me', 'Half an answer '], charges: 1, held: '0.000000000' });
  expect(found.spent).toBe(found.cost);
  await expect.poll(() => amounts(answers(page))).toEqual([found.cost]);
}

const LOST = 'No answer was saved';

/** Notes in every page of a window whether it ever says that an answer is lost; answers how to ask. */
async function watchForLoss(page: Page) {
  await page.context().addInitScript(`new MutationObserver(() => {
    if (document.body?.textContent.includes(${JSON.stringify(LOST)})) window.saidLost = true;
  }).observe(document, { childList: true, subtree: true, characterData: true })`);
  return () => page.evaluate<boolean>('window.saidLost === true');
}

describe('an answer on its way', () => {
  it('goes on growing after a reload, and is paid once', async () => {
    const { page, ask, asked } = await halfAnswered();
    const saidLost = await watchForLoss(page);
    await page.reload();
    await page.getByRole('log').getByText('Half an answer').waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    expect(await page.getByRole('log').getByText('Tell me', { exact: true }).count()).toBe(1);
    held.release();
    await answered(page);
    expect(stage.upstream.requests.length).toBe(asked);
    await paidOnce(page, ask);
    expect(await saidLost()).toBe(false);
  });

  it('is stopped after a reload, and what was delivered stays', async () => {
    const { page, ask } = await halfAnswered();
    await page.reload();
    await page.getByRole('log').getByText('Half an answer').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await answers(page).getByText('Stopped. You paid for what was delivered.').waitFor();
    await paidOnce(page, ask);
  });

  it('goes on after the network was away', async () => {
    const { page, ask, asked } = await halfAnswered();
    await page.context().setOffline(true);
    await page.getByText('The connection was lost. Reconnecting…').waitFor();
    // The banner that says so takes no room from what can be done.
    await expect
      .poll(() =>
        page.evaluate<number>('document.documentElement.scrollHeight - document.documentElement.clientHeight'),
      )
      .toBe(0);
    await page.getByRole('log').getByText('Half an answer').waitFor();
    held.release();
    await page.context().setOffline(false);
    await answered(page);
    expect(stage.upstream.requests.length).toBe(asked);
    await paidOnce(page, ask);
  });

  it('is there when the page is opened again after it has ended', async () => {
    const { page, ask } = await halfAnswered();
    const chat = page.url();
    await page.goto('/models');
    held.release();
    await expect.poll(async () => (await books(ask)).held).toBe('0.000000000');
    await page.goto(chat);
    await answers(page).getByText('Half an answer').waitFor();
    await paidOnce(page, ask);
  });

  it('grows in another window of the same person as well', async () => {
    const { page, ask } = await halfAnswered();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('log').getByText('Half an answer').waitFor();
    held.release();
    await Promise.all([answered(page), answered(other)]);
    await paidOnce(other, ask);
    await paidOnce(page, ask);
  });

  it('of two models are both found again, side by side', async () => {
    const slow = gate(answersWith(), ['Said by one.']);
    const other = gate(answersWith(), ['Said by the other.']);
    stage.upstream.script((exchange) =>
      (exchange.request.body?.['model'] === 'gpt-5.5' ? slow : other).behaviour(exchange),
    );
    const { page, ask } = await openAsMember(stage.pages, `/chat?model=${MODEL}`);
    await page.getByRole('button', { name: 'Compare with another model' }).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill('gpt-5.4-mini');
    await expect.poll(() => page.getByRole('option').count()).toBeLessThan(8);
    await page.getByRole('option', { name: 'gpt-5.4-mini' }).first().click();
    const second = page.getByRole('button', { name: /^Compared with: .*gpt-5\.4-mini$/ });
    await second.waitFor();
    await page.reload();
    await second.waitFor();
    await say(page, 'Who is it?');
    const both = page.getByRole('region', { name: 'Answers side by side' });
    await both.getByText('Said by one.').waitFor();
    await both.getByText('Said by the other.').waitFor();
    await page.reload();
    await both.getByText('Said by one.').waitFor();
    await both.getByText('Said by the other.').waitFor();
    await second.waitFor();
    slow.release();
    other.release();
    await both.getByRole('button', { name: 'The chat goes on with this' }).waitFor();
    await expect.poll(async () => (await amounts(both)).length).toBe(2);
    const found = await books(ask);
    expect(found).toMatchObject({ chats: 1, charges: 2, held: '0.000000000' });
    expect(found.cost).toBe(found.spent);
  });

  it('by another server is there as soon as it is saved', async () => {
    const elsewhere = await stage.pages.server.second();
    const { page, email } = await openAsMember(stage.pages, '/chat');
    const saidLost = await watchForLoss(page);
    const there = await openSocket(elsewhere.url);
    const login = await askWith(elsewhere.url, null)('POST', '/api/v1/auth/login', { email, password: PASSWORD });
    there.send({ type: 'auth', token: login.body.access_token });
    there.send({ type: 'message', model_id: MODEL, message: 'Tell me' });
    const session = await there.frame('session');
    await page.goto(`/chat/${session['session_id']}`);
    await page.getByRole('log').getByText('Tell me', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    // As long as the page needs to look twice.
    await page.waitForTimeout(6_000);
    held.release();
    await answers(page).getByText('Half an answer').waitFor();
    expect(await saidLost()).toBe(false);
    there.close();
  });
});

describe('a question whose answer was lost with its server', () => {
  it('says so, and can be answered again', async () => {
    stage.upstream.script(answersWith());
    const { page, ask } = await openAsMember(stage.pages, '/chat');
    const { body } = await ask('POST', '/api/v1/chat', { model_id: MODEL, message: 'Tell me' });
    await loseAnswer(stage.pages, body.session_id);
    await page.goto(`/chat/${body.session_id}`);
    const notice = page.getByRole('region', { name: LOST });
    await notice.getByText('What had been delivered until then is in Usage.').waitFor();
    await notice.getByRole('link', { name: 'Open Usage' }).waitFor();
    await tabTo(page, 'Retry');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Message');
    await answers(page).getByText('Hello, world!').waitFor();
    await answered(page);
    expect(await notice.count()).toBe(0);
    expect(await books(ask)).toMatchObject({ chats: 1, texts: ['Tell me', 'Hello, world!'] });
  });

  it('is not said to be lost while another window answers it', async () => {
    stage.upstream.script(answersWith());
    const { page, ask } = await openAsMember(stage.pages, '/chat');
    const { body } = await ask('POST', '/api/v1/chat', { model_id: MODEL, message: 'Tell me' });
    await loseAnswer(stage.pages, body.session_id);
    await page.goto(`/chat/${body.session_id}`);
    const lost = page.getByRole('region', { name: LOST });
    await lost.waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('region', { name: LOST }).waitFor();
    stage.upstream.script(held.behaviour);
    await other.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('log').getByText('Half an answer').waitFor();
    expect(await lost.count()).toBe(0);
    held.release();
    await Promise.all([answered(page), answered(other)]);
  });
});

describe('a first question', () => {
  it('finds its answer after a reload before a word of it had come', async () => {
    const quiet = gate();
    stage.upstream.script(quiet.behaviour);
    const asked = stage.upstream.requests.length;
    const { page, ask } = await openAsMember(stage.pages, `/chat?model=${MODEL}`);
    await say(page, 'Tell me');
    await expect.poll(() => stage.upstream.requests.length).toBe(asked + 1);
    await page.reload();
    await page.getByRole('log').getByText('Tell me', { exact: true }).waitFor();
    quiet.release();
    await answered(page);
    await answers(page).getByText('Hello, world!').waitFor();
    expect(stage.upstream.requests.length).toBe(asked + 1);
    expect(await books(ask)).toMatchObject({ chats: 1, texts: ['Tell me', 'Hello, world!'], charges: 1 });
    await page.reload();
    await answers(page).getByText('Hello, world!').waitFor();
    await page.goto('/chat');
    await composer(page).waitFor();
    expect(stage.upstream.requests.length).toBe(asked + 1);
  });
});
