import type { ChatSession } from '@q/contract/sessions';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TestPerson } from '../../apps/server/src/testing/test-person.ts';
import { answers as answersWith, cutsAfter, gate, isBusy } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { formatBalance, formatCost } from '../../apps/web/src/lib/format.ts';
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
  PASSWORD,
  say,
  shownBalance,
  signInByApi,
  signUpThere,
  tabTo,
} from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

/** A model of the scripted provider. */
const MODEL = 'openai/gpt-5.5';

const stage = scriptedPages();

beforeEach(() => {
  stage.upstream.script(answersWith());
});

const member = (path: string, options: Parameters<typeof openAsMember>[2] = {}) =>
  openAsMember(stage.pages, path, options);

/** The newest chat of a person with its messages, as the API has it. */
async function newestChat(ask: TestPerson['ask']) {
  const session: ChatSession = (await ask('GET', '/api/v1/sessions')).body.data[0];
  const { body } = await ask('GET', `/api/v1/sessions/${session.id}/messages`);
  return { session, messages: body.data };
}

const balanceOf = async (ask: TestPerson['ask']) => (await ask('GET', '/api/v1/balance')).body;

describe('from the catalogue to a paid answer', () => {
  it.each([
    ['desktop', 'light'],
    ['phone', 'dark'],
  ] as const)('leads a stranger there on a %s in the %s theme', async (size, theme) => {
    const email = freshEmail();
    const page = await openWatched(stage.pages, '/models?q=sandbox', { size, theme });
    await page.locator('[data-row-link]').first().click();
    await page.getByRole('link', { name: 'Try in chat' }).click();
    await say(page, 'How do I top up?');
    await signUpThere(page, email);
    const account = dialog(page);
    await account.getByText('Test funds — no card is charged').waitFor();
    await account.getByRole('button', { name: '$10', exact: true }).click();
    await account.getByText('$10.00 of test funds added. Your balance is $10.0000.').waitFor();
    await page.keyboard.press('Escape');
    expect(await composer(page).inputValue()).toBe('How do I top up?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await answered(page);

    const ask = await signInByApi(stage.pages, email);
    const { session, messages } = await newestChat(ask);
    const balance = await balanceOf(ask);
    const { usage, cost_usd: cost, content } = messages[1];
    expect(page.url()).toBe(`${stage.pages.url}/chat/${session.id}`);
    expect(content).toContain('Account → **Balance**');
    const answer = answers(page).first();
    await answer.getByText('test funds', { exact: true }).waitFor();
    expect(await amounts(answer)).toEqual([cost]);
    await answer.getByText(formatCost(cost), { exact: true }).waitFor();
    await answer.getByText(`${usage.input_tokens} → ${usage.output_tokens} tok`).waitFor();
    expect(balance.spent_usd).toBe(cost);
    expect(session.cost_usd).toBe(cost);
    await expect.poll(() => page.getByTestId('chat-cost').getAttribute('value')).toBe(cost);
    expect(await shownBalance(page)).toBe(balance.available_usd);
    await page.getByRole('banner').getByText(formatBalance(balance.available_usd)).waitFor();
  });

  it('works without a pointer', async () => {
    const email = freshEmail();
    const page = await openWatched(stage.pages, '/models');
    await page.locator('[data-row-link]').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('sandbox');
    await page.locator('h1 + [role=status]').getByText('1 model', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('sandbox/guide');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Try in chat' }).waitFor();
    await tabTo(page, 'Try in chat');
    await page.keyboard.press('Enter');
    await composer(page).waitFor();
    await tabTo(page, 'Message');
    await page.keyboard.type('What is the commission?');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('E-mail');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await tabTo(page, 'E-mail');
    await page.keyboard.type(email);
    await tabTo(page, 'Password');
    await page.keyboard.type('seven quiet harbours');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('heading', { name: 'Add money' }).waitFor();
    await tabTo(page, '$10');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Your balance is $10.0000.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toBe('Message');
    await page.keyboard.press('Enter');
    await answered(page);
    expect(await amounts(answers(page).first())).toEqual([
      (await newestChat(await signInByApi(stage.pages, email))).messages[1].cost_usd,
    ]);
  });
});

describe('a new chat', () => {
  it('starts with the model of the settings, on every device', async () => {
    const { page, email, ask } = await member('/settings');
    const chosen = 'openai/gpt-5.4';
    await dialog(page, 'Account').getByLabel('New chats start with').selectOption(chosen);
    await expect.poll(async () => (await ask('GET', '/api/v1/preferences')).body.selected_model).toBe(chosen);
    await page.goto('/chat');
    await page.getByRole('button', { name: /^Model: .*gpt-5\.4$/ }).waitFor();
    const other = await openWatched(stage.pages, '/chat?account=sign-in');
    await dialog(other).getByLabel('E-mail').fill(email);
    await dialog(other).getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog(other).getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.getByRole('button', { name: /^Model: .*gpt-5\.4$/ }).waitFor();
    await say(other, 'Hello');
    await answered(other);
    expect((await newestChat(ask)).messages[1].model_id).toBe(chosen);
    // A model that is asked for is asked, whatever the settings say.
    await other.goto(`/chat?model=${MODEL}`);
    await other.getByRole('button', { name: /^Model: .*gpt-5\.5$/ }).waitFor();
  });
});

describe('an answer on its way', () => {
  it('is shown as it comes, and told to those who cannot see it', async () => {
    const held = gate(answersWith(), ['**First.** ', 'Then ']);
    stage.upstream.script(held.behaviour);
    const { page } = await member(`/chat?model=${MODEL}`);
    await say(page, 'Count for me');
    await page.getByRole('log').getByText('First.', { exact: true }).waitFor();
    await page.getByRole('status').getByText('Answering', { exact: true }).waitFor({ state: 'attached' });
    expect(await page.getByRole('log').textContent()).not.toContain('*');
    held.release();
    await answered(page);
    await answers(page).getByText('Then', { exact: false }).waitFor();
  });

  it('keeps and charges what had come when it is stopped, and the conversation over a reload', async () => {
    stage.upstream.script(gate(answersWith(), ['One. ', 'Two. ']).behaviour);
    const { page, ask } = await member(`/chat?model=${MODEL}`);
    await say(page, 'Count for me');
    await page.getByRole('log').getByText('One. Two.').waitFor();
    await page.keyboard.press('Escape');
    await answers(page).getByText('Stopped. You paid for what was delivered.').waitFor();
    await page
      .getByRole('status')
      .getByText(/^Stopped, /)
      .waitFor({ state: 'attached' });
    await expect.poll(() => stage.upstream.requests.at(-1)?.isAborted).toBe(true);
    const { session, messages } = await newestChat(ask);
    expect(messages[1].content).toBe('One. Two. ');
    expect(await amounts(answers(page))).toEqual([messages[1].cost_usd]);
    expect((await balanceOf(ask)).held_usd).toBe('0.000000000');
    await page.reload();
    await answers(page).getByText('One. Two.').waitFor();
    await answers(page).getByText('Stopped. You paid for what was delivered.').waitFor();
    expect(await page.getByRole('log').getByText('Count for me').count()).toBe(1);
    expect(await amounts(answers(page))).toEqual([messages[1].cost_usd]);
    await expect.poll(() => page.getByTestId('chat-cost').getAttribute('value')).toBe(session.cost_usd);
    await expect.poll(() => shownBalance(page)).toBe((await balanceOf(ask)).available_usd);
  });

  it('is not interrupted by Enter, which says so and keeps what was written', async () => {
    const held = gate(answersWith(), ['Patience. ']);
    stage.upstream.script(held.behaviour);
    const { page } = await member(`/chat?model=${MODEL}`);
    await say(page, 'Take your time');
    await page.getByRole('log').getByText('Patience.').waitFor();
    await composer(page).fill('And another thing');
    const why = page.getByRole('status').getByText('The answer is still on its way. What you wrote is kept');
    expect(await why.count()).toBe(0);
    await composer(page).press('Enter');
    await why.waitFor();
    expect(await composer(page).inputValue()).toBe('And another thing');
    held.release();
    await answered(page);
    expect([await why.count(), await composer(page).inputValue()]).toEqual([0, 'And another thing']);
    stage.upstream.script(answersWith());
    await composer(page).press('Enter');
    await answers(page).getByText('Hello, world!').waitFor();
  });

  it('goes on while another page is read', async () => {
    const held = gate(answersWith(), ['Patience. ']);
    stage.upstream.script(held.behaviour);
    const { page } = await member(`/chat?model=${MODEL}`);
    await say(page, 'Take your time');
    await page.getByRole('log').getByText('Patience.').waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link', { name: 'Models' }).click();
    await page.locator('[data-row-link]').first().waitFor();
    held.release();
    await page.goBack();
    await answered(page);
    expect(await answers(page).count()).toBe(1);
  });
});

describe('chats', () => {
  it('are found, renamed, and deleted with a way back', async () => {
    const { page, ask } = await member(`/chat?model=${MODEL}`);
    await say(page, 'About lighthouses');
    await answered(page);
    await page.getByRole('link', { name: 'New chat' }).click();
    await say(page, 'About anchors');
    await answered(page);
    const list = page.getByRole('navigation', { name: 'Chats' });
    await list.getByRole('link', { name: 'About lighthouses' }).waitFor();
    await page.getByLabel('Search chats').fill('anchor');
    await list.getByRole('link', { name: 'About lighthouses' }).waitFor({ state: 'detached' });
    expect(await list.getByRole('link').count()).toBe(1);
    await page.getByLabel('Search chats').fill('harbour');
    await list.getByText('No chat is called “harbour”.').waitFor();
    await page.getByLabel('Search chats').fill('');

    await page.getByRole('button', { name: 'Chat actions' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await dialog(page, 'Rename chat').getByLabel('Title').fill('Ships and anchors');
    await page.keyboard.press('Enter');
    await list.getByRole('link', { name: 'Ships and anchors' }).waitFor();
    expect(await page.title()).toBe('Ships and anchors · Q Marketplace');
    const { session } = await newestChat(ask);
    expect(session.title).toBe('Ships and anchors');

    const remove = async () => {
      await list.getByRole('button', { name: 'Actions for Ships and anchors' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await list.getByRole('link', { name: 'Ships and anchors' }).waitFor({ state: 'detached' });
    };
    const toast = page.getByRole('region', { name: 'Notifications' });
    await remove();
    await expect.poll(() => focused(page)).toBe('Message');
    await toast.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^Ships and anchors/);
    // Deleted beside the open chat: the next row has the focus.
    await list.getByRole('link', { name: 'About lighthouses' }).click();
    await answers(page).first().waitFor();
    await remove();
    await expect.poll(() => focused(page)).toMatch(/^About lighthouses/);
    await toast.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^Ships and anchors/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ships and anchors', level: 1 }).waitFor({ state: 'attached' });
    await remove();
    expect((await ask('GET', `/api/v1/sessions/${session.id}`)).status).toBe(200);
    await toast.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(async () => (await ask('GET', `/api/v1/sessions/${session.id}`)).status).toBe(404);
    expect(new URL(page.url()).pathname).toBe('/chat');
  });

  it('are listed in a sheet on a phone', async () => {
    const { page } = await member(`/chat?model=${MODEL}`, { size: 'phone' });
    await say(page, 'About lighthouses');
    await answered(page);
    await page.getByRole('button', { name: 'Chats', exact: true }).click();
    await dialog(page, 'Chats').getByRole('link', { name: 'New chat' }).click();
    await page.getByText('What do you want to ask?').waitFor();
    await page.getByRole('button', { name: 'Chats', exact: true }).click();
    await dialog(page, 'Chats').getByRole('link', { name: 'About lighthouses' }).click();
    await answers(page).getByText('Hello, world!').waitFor();
  });

  it('change their model and go on', async () => {
    const { page } = await member(`/chat?model=${MODEL}`);
    await say(page, 'Hello');
    await answered(page);
    await page.getByRole('button', { name: /^Model: / }).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill('gpt-5.4-mini');
    await expect.poll(() => page.getByRole('option').count()).toBeLessThan(4);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Model: openai/gpt-5.4-mini' }).waitFor();
    await say(page, 'And now?');
    await answers(page).nth(1).getByText('openai/gpt-5.4-mini', { exact: true }).last().waitFor();
    expect(stage.upstream.requests.at(-1)?.body?.['model']).toBe('gpt-5.4-mini');
    expect(await answers(page).first().getByText(MODEL, { exact: true }).count()).toBeGreaterThan(0);
  });
});

describe('trouble', () => {
  it('asks for money where it is missing, keeps the message, and sends it once there is some', async () => {
    const { page, ask } = await member(`/chat?model=${MODEL}`, { usd: 0 });
    await say(page, 'Spend what I have not');
    const notice = page.getByRole('region', { name: 'The message was not answered' });
    await notice.getByText('The balance is too low').waitFor();
    await notice.getByText(/This message can cost up to \$0\.\d{4}, and \$0\.0000 is available\./).waitFor();
    expect(await composer(page).inputValue()).toBe('Spend what I have not');
    await notice.getByRole('button', { name: '$25', exact: true }).click();
    await answered(page);
    await answers(page).getByText('Hello, world!').waitFor();
    expect(await composer(page).inputValue()).toBe('');
    expect(await notice.count()).toBe(0);
    expect(await shownBalance(page)).toBe((await balanceOf(ask)).available_usd);
  });

  it('says that a provider is busy, charges nothing, and tries again', async () => {
    stage.upstream.script(isBusy('1'));
    const { page, ask } = await member(`/chat?model=${MODEL}`);
    await say(page, 'Is anybody there?');
    const notice = page.getByRole('region', { name: 'The message was not answered' });
    await notice.getByText('OpenAI is busy (429). Try again shortly.').waitFor();
    expect(await composer(page).inputValue()).toBe('Is anybody there?');
    expect((await balanceOf(ask)).spent_usd).toBe('0.000000000');
    stage.upstream.script(answersWith());
    await notice.getByRole('button', { name: 'Retry', exact: true }).click();
    await answers(page).getByText('Hello, world!').waitFor();
    expect(await notice.count()).toBe(0);
  });

  it('keeps what a provider had said when it broke off, and another model answers instead', async () => {
    stage.upstream.script(cutsAfter(3));
    const { page, ask } = await member(`/chat?model=${MODEL}`);
    await say(page, 'What is the commission?');
    const notice = page.getByRole('region', { name: 'The message was not answered' });
    await notice.waitFor();
    await answers(page).getByText('piece piece piece').waitFor();
    await answers(page).getByText('The provider broke off here.').waitFor();
    expect(await amounts(answers(page))).toEqual([(await newestChat(ask)).messages[1].cost_usd]);
    await notice.getByRole('button', { name: 'Retry with another model' }).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill('sandbox');
    await expect.poll(() => page.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    await answered(page);
    await answers(page).getByText('sandbox/guide', { exact: true }).last().waitFor();
    const { messages } = await newestChat(ask);
    expect(messages.at(-1).model_id).toBe('sandbox/guide');
  });

  it('does not let a model be asked that is not there any more', async () => {
    const { page } = await member('/chat?model=openai/gpt-4');
    await page.getByText('GPT-4: Retired.').waitFor();
    await composer(page).fill('What is the commission?');
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Choose another model' }).click();
    await page.getByRole('option', { name: /sandbox\/guide/ }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await answered(page);
  });
});
