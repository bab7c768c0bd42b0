import type { ChatMessage, ChatSession } from '@q/contract/sessions';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../apps/server/src/testing/fake-upstream.ts';
import type { TestPerson } from '../../apps/server/src/testing/test-person.ts';
import { answers as answersWith, cutsAfter, gate, refuses } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { type Pages, startPages } from './browser.ts';
import { amounts, answered, answers, composer, focused, openAsMember, say } from './person.ts';

const MODEL = 'openai/gpt-5.5';
const OTHER = 'openai/gpt-5.4-mini';

let upstream: FakeUpstream;
let pages: Pages;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  pages = await startPages({
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: upstream.url,
    MISTRAL_API_KEY: 'sk-test',
    MISTRAL_BASE_URL: upstream.url,
  });
}, 120_000);

afterAll(async () => {
  await pages?.close();
  await upstream?.close();
});

beforeEach(() => {
  upstream.script(answersWith());
});

const member = (options: Parameters<typeof openAsMember>[2] = {}) =>
  openAsMember(pages, `/chat?model=${MODEL}`, options);
const log = (page: Page) => page.getByRole('log');
const writes = (...pieces: string[]) => upstream.script(answersWith({ pieces }));

async function ask(page: Page, question: string, answer: string): Promise<void> {
  writes(answer);
  await say(page, question);
  await log(page).getByText(answer, { exact: true }).waitFor();
  await answered(page);
}

/** The newest chat of a person with the messages of its open branch, as the API has it. */
async function newestChat(api: TestPerson['ask']) {
  const session: ChatSession = (await api('GET', '/api/v1/sessions')).body.data[0];
  const messages: ChatMessage[] = (await api('GET', `/api/v1/sessions/${session.id}/messages`)).body.data;
  return { session, messages, texts: messages.map(({ content }) => content) };
}

async function choose(page: Page, id: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Search models' }).fill(id);
  await page.getByRole('option', { name: id }).first().waitFor();
  await expect.poll(() => page.getByRole('option').count()).toBeLessThan(8);
  await page.getByRole('option', { name: id }).first().click();
}

describe('versions', () => {
  it('of an answer stand beside each other, also by another model, and over a reload', async () => {
    const { page, ask: api } = await member();
    await ask(page, 'Hello', 'First answer');
    writes('Second answer');
    await page.getByRole('button', { name: 'Answer again', exact: true }).click();
    await answers(page).getByText('Second answer').waitFor();
    await answered(page);
    await log(page).getByText('2 of 2').waitFor({ state: 'attached' });
    expect(await log(page).getByText('First answer').count()).toBe(0);

    writes('Third answer');
    await page.getByRole('button', { name: 'Answer again with another model' }).click();
    await choose(page, OTHER);
    await answers(page).getByText('Third answer').waitFor();
    await answered(page);
    expect(upstream.requests.at(-1)?.body?.['model']).toBe('gpt-5.4-mini');
    await log(page).getByText('3 of 3').waitFor({ state: 'attached' });

    await page.getByRole('button', { name: 'Previous answer' }).click();
    await answers(page).getByText('Second answer').waitFor();
    await page.getByRole('button', { name: 'Previous answer' }).click();
    await answers(page).getByText('First answer').waitFor();
    expect(await page.getByRole('button', { name: 'Previous answer' }).isDisabled()).toBe(true);
    await page.reload();
    await answers(page).getByText('First answer').waitFor();
    await log(page).getByText('1 of 3').waitFor({ state: 'attached' });

    await ask(page, 'Go on', 'Gone on');
    expect(upstream.requests.at(-1)?.body?.['messages']).toMatchObject([
      { content: 'Hello' },
      { content: 'First answer' },
      { content: 'Go on' },
    ]);
    const { session } = await newestChat(api);
    expect(session.cost_usd).toBe((await api('GET', '/api/v1/balance')).body.spent_usd);
    await expect.poll(() => page.getByTestId('chat-cost').getAttribute('value')).toBe(session.cost_usd);
  });

  it('are gone through by keyboard: the focus and what is on the screen stay where they are', async () => {
    const { page, ask: api } = await member();
    const model_id = MODEL;
    const story = (words: string, length: number) =>
      writes(...Array.from({ length }, (_, at) => `${words} paragraph ${at}.\n\n`));
    story('First', 60);
    const { session_id } = (await api('POST', '/api/v1/chat', { model_id, message: 'Tell me' })).body;
    for (const [words, length] of [
      ['Second', 45],
      ['Third', 30],
    ] as const) {
      story(words, length);
      await api('POST', '/api/v1/chat', { model_id, session_id, message: '', regenerate: true });
    }
    await page.goto(`/chat/${session_id}`);
    await answers(page).getByText('Third paragraph 29.').waitFor();
    const ways = page.getByRole('group', { name: 'Versions of this answer' });
    const top = async () => Math.round((await ways.boundingBox())?.y ?? -1);
    await page.getByRole('button', { name: 'Previous answer' }).focus();
    const before = await top();
    for (const [key, words, focus] of [
      ['Enter', 'Second paragraph 44.', 'Previous answer'],
      ['Enter', 'First paragraph 59.', 'Next answer'],
      ['Space', 'Second paragraph 44.', 'Next answer'],
      ['Enter', 'Third paragraph 29.', 'Previous answer'],
    ] as const) {
      await page.keyboard.press(key);
      await answers(page).getByText(words).waitFor();
      expect(await focused(page)).toBe(focus);
      expect(Math.abs((await top()) - before)).toBeLessThan(3);
    }
  });

  it('of a question keep what followed each', async () => {
    const { page, ask: api } = await member();
    await ask(page, 'About lighthouses', 'They are tall');
    await ask(page, 'How tall?', 'Forty metres');
    await page.getByRole('button', { name: 'Edit question' }).first().click();
    expect(await focused(page)).toBe('Question');
    writes('They are wet');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('About anchors');
    await page.keyboard.press('Enter');
    await answers(page).getByText('They are wet').waitFor();
    await answered(page);
    expect((await newestChat(api)).texts).toEqual(['About anchors', 'They are wet']);
    expect(await log(page).getByText('Forty metres').count()).toBe(0);
    await page.getByRole('button', { name: 'Previous question' }).click();
    await answers(page).getByText('Forty metres').waitFor();
    expect((await newestChat(api)).texts).toEqual(['About lighthouses', 'They are tall', 'How tall?', 'Forty metres']);
  });

  it('are begun by the up key in an empty field, and left by Escape', async () => {
    const { page } = await member();
    await ask(page, 'About lighthouses', 'They are tall');
    await composer(page).focus();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('form', { name: 'Edit the question' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Edit question' }).waitFor({ state: 'attached' });
    await log(page).getByText('About lighthouses').waitFor();
  });

  it('that are refused leave the editor open with what was written', async () => {
    const { page, ask: api } = await member();
    await ask(page, 'About lighthouses', 'They are tall');
    upstream.script(refuses(400, 'not today'));
    await page.getByRole('button', { name: 'Edit question' }).click();
    await page.getByLabel('Question', { exact: true }).fill('About anchors');
    await page.getByRole('button', { name: 'Send again' }).click();
    const notice = page.getByRole('region', { name: 'The message was not answered' });
    await notice.waitFor();
    expect(await page.getByLabel('Question', { exact: true }).inputValue()).toBe('About anchors');
    expect(await composer(page).inputValue()).toBe('');
    writes('They are wet');
    await notice.getByRole('button', { name: 'Retry', exact: true }).click();
    await answers(page).getByText('They are wet').waitFor();
    expect((await newestChat(api)).texts).toEqual(['About anchors', 'They are wet']);
  });
});

describe('thoughts', () => {
  it('are folded once the answer begins, and stay with it', async () => {
    upstream.script(answersWith({ reasoning: ['Let me see. ', 'Yes.'], pieces: ['It is so'] }));
    const { page } = await member();
    await say(page, 'Is it so?');
    await answered(page);
    const fold = log(page).getByText('Thought for 1 s');
    await fold.waitFor();
    expect(await log(page).getByText('Let me see. Yes.').isVisible()).toBe(false);
    await page.reload();
    await fold.click();
    await log(page).getByText('Let me see. Yes.').waitFor();
  });
});

describe('two models', () => {
  it('answer side by side, each at its price, and one is chosen to go on with', async () => {
    const { page, ask: api } = await member();
    await page.getByRole('button', { name: 'Compare with another model' }).click();
    await choose(page, OTHER);
    await page.getByRole('button', { name: `Compared with: ${OTHER}` }).waitFor();
    upstream.script((exchange) =>
      answersWith({ pieces: [exchange.request.body?.['model'] === 'gpt-5.5' ? 'From the large' : 'From the small'] })(
        exchange,
      ),
    );
    await say(page, 'Who is it?');
    const both = page.getByRole('region', { name: 'Answers side by side' });
    await both.getByText('From the large').waitFor();
    await both.getByText('From the small').waitFor();
    await both.getByRole('button', { name: 'The chat goes on with this' }).waitFor();
    const costs = await amounts(both);
    expect(costs).toHaveLength(2);
    expect(new Set(costs).size).toBe(2);
    const { session } = await newestChat(api);
    expect(session.cost_usd).toBe((await api('GET', '/api/v1/balance')).body.spent_usd);

    await both.getByRole('button', { name: 'Go on with this', exact: true }).click();
    await both.getByRole('button', { name: 'Close comparison' }).click();
    await answers(page).getByText('From the small').waitFor();
    await log(page).getByText('2 of 2').waitFor({ state: 'attached' });
    await expect.poll(async () => (await newestChat(api)).texts).toEqual(['Who is it?', 'From the small']);

    await page.getByRole('button', { name: 'Compare answers' }).click();
    await both.getByText('From the large').waitFor();
    await both.getByRole('button', { name: 'Go on with this', exact: true }).click();
    await page.getByRole('button', { name: 'Do not compare' }).click();
    await ask(page, 'And now?', 'Now this');
    expect(upstream.requests.at(-1)?.body?.['messages']).toMatchObject([
      { content: 'Who is it?' },
      { content: 'From the large' },
      { content: 'And now?' },
    ]);
    expect((await newestChat(api)).texts).toEqual(['Who is it?', 'From the large', 'And now?', 'Now this']);
  });

  it('fail apart: one breaks off, the other is whole', async () => {
    const { page } = await member();
    await page.getByRole('button', { name: 'Compare with another model' }).click();
    await choose(page, OTHER);
    upstream.script((exchange) =>
      (exchange.request.body?.['model'] === 'gpt-5.5' ? answersWith({ pieces: ['Whole'] }) : cutsAfter(2))(exchange),
    );
    await say(page, 'Who is it?');
    const both = page.getByRole('region', { name: 'Answers side by side' });
    await both.getByText('Whole', { exact: true }).waitFor();
    await both.getByText('The provider broke off here.').waitFor();
    await both.getByRole('button', { name: 'Close comparison' }).click();
    await answers(page).getByText('Whole', { exact: true }).waitFor();
  });
});

describe('one conversation over several providers', () => {
  it('has one cost, exact to the last digit', async () => {
    const { page, ask: api } = await member();
    await ask(page, 'One', 'Answer one');
    for (const [id, question] of [
      ['mistral/mistral-medium-2604', 'Two'],
      ['sandbox/guide', 'Three'],
    ] as const) {
      await page.getByRole('button', { name: /^Model: / }).click();
      await choose(page, id);
      await say(page, question);
      await log(page).getByText(question, { exact: true }).waitFor();
      await answered(page);
    }
    const { session, messages } = await newestChat(api);
    expect(new Set(messages.flatMap(({ receipt }) => receipt?.provider ?? [])).size).toBe(3);
    const { spent_usd, available_usd } = (await api('GET', '/api/v1/balance')).body;
    expect(session.cost_usd).toBe(spent_usd);
    await expect.poll(() => page.getByTestId('chat-cost').getAttribute('value')).toBe(spent_usd);
    expect((await amounts(page.getByRole('banner')))[0]).toBe(available_usd);
    await page.getByRole('button', { name: /^Context: / }).click();
    const window = page.getByRole('dialog', { name: 'Context and cost' });
    await expect.poll(() => window.getByRole('table').last().getByRole('row').count()).toBe(4);
    expect(await amounts(window)).toEqual([spent_usd]);
  });
});

describe('a connection that is lost in mid-answer', () => {
  it('is opened again; the answer has gone on and nothing is sent or paid twice', async () => {
    const { page, ask: api } = await member();
    let cut: () => void = () => undefined;
    await page.routeWebSocket(/chat\/stream/, (socket) => {
      const server = socket.connectToServer();
      cut = () => {
        void server.close();
        void socket.close({ code: 1012 });
      };
    });
    await page.reload();
    const held = gate(answersWith(), ['Half an ', 'answer ']);
    upstream.script(held.behaviour);
    await say(page, 'Tell me');
    await log(page).getByText('Half an answer').waitFor();
    const sent = upstream.requests.length;
    cut();
    await log(page).getByText('The connection was lost. Reconnecting…').waitFor();
    held.release();
    await answered(page);
    await answers(page).getByText('Half an answer').waitFor();
    expect(upstream.requests.length).toBe(sent);
    const { session, texts } = await newestChat(api);
    expect(texts).toEqual(['Tell me', 'Half an answer ']);
    expect(session.cost_usd).toBe((await api('GET', '/api/v1/balance')).body.spent_usd);
    expect(await amounts(answers(page))).toEqual([session.cost_usd]);
  });
});

describe('a mark for an answer', () => {
  it('is kept over a reload, and taken back by the same again', async () => {
    const { page } = await member();
    writes('A fine answer.');
    await say(page, 'Anything');
    await answered(page);
    const good = page.getByRole('button', { name: 'Good answer' });
    const told = () => page.waitForResponse((response) => response.url().endsWith('/api/v1/feedback'));
    const kept = await Promise.all([told(), good.click()]);
    expect([kept[0].status(), (await kept[0].json()).kind]).toEqual([200, 'up']);
    expect(await good.getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await page.locator('button[aria-pressed=true]').waitFor();
    expect(await good.getAttribute('aria-pressed')).toBe('true');
    const back = await Promise.all([told(), good.click()]);
    expect((await back[0].json()).kind).toBe('none');
    expect(await good.getAttribute('aria-pressed')).toBe('false');
    await page.reload();
    await good.waitFor();
    expect(await good.getAttribute('aria-pressed')).toBe('false');
  });
});

describe('search', () => {
  it('finds a message on another branch and opens it there', async () => {
    const { page } = await member();
    writes('## Keepers\n\nThe keeper was called **Winifred**');
    await say(page, 'About lighthouses');
    await answered(page);
    writes('Nobody knows');
    await page.getByRole('button', { name: 'Answer again', exact: true }).click();
    await answers(page).getByText('Nobody knows').waitFor();
    await answered(page);
    await page.getByRole('link', { name: 'New chat' }).click();
    await page.getByLabel('Search chats').fill('winifred');
    const found = page.getByRole('navigation', { name: 'Found in messages' });
    await found.getByText('Keepers The keeper was called Winifred', { exact: true }).click();
    await answers(page).getByText('Winifred', { exact: true }).waitFor();
    await log(page).getByText('1 of 2').waitFor({ state: 'attached' });
    expect(new URL(page.url()).searchParams.get('m')).toMatch(/^msg_/);
  });
});
