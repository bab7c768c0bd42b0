import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers as answersWith, isBusy } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { sendsJson } from '../../apps/server/src/testing/upstream-events.ts';
import { amounts, answered, composer, openAsMember, say } from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

const SEES = 'openai/gpt-5.5';
const DRAWS = 'openai/gpt-image-2';
/** A red square of 2 × 2 pixels. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGM4wcBwggGMgRQAGQ4DIUwhR/0AAAAASUVORK5CYII=';

const stage = scriptedPages();

beforeEach(() => {
  stage.upstream.script(answersWith());
});

const file = (name = 'square.png', mimeType = 'image/png') => ({ name, mimeType, buffer: Buffer.from(PNG, 'base64') });
const attached = (page: Page) => page.getByRole('list', { name: 'Attached pictures' });

async function attach(page: Page, ...files: ReturnType<typeof file>[]): Promise<void> {
  await page.getByLabel('Pictures', { exact: true }).setInputFiles(files);
  await attached(page).getByRole('img').first().waitFor();
}

describe('pictures in a question', () => {
  it('are shown before they are sent, go along, and stand in the chat over a reload', async () => {
    const { page } = await openAsMember(stage.pages, `/chat?model=${SEES}`);
    await attach(page, file('one.png'), file('two.png'));
    await expect.poll(() => attached(page).getByRole('img').count()).toBe(2);
    await page.getByRole('button', { name: 'Remove one.png' }).click();
    await say(page, 'What is this?');
    await answered(page);
    expect(await attached(page).count()).toBe(0);
    const content = JSON.stringify(stage.upstream.requests.at(-1)?.body?.['messages']);
    expect(content.match(/data:image\/png;base64,/g)).toHaveLength(1);
    const picture = page.getByRole('log').getByRole('img', { name: 'Picture of your message' });
    await picture.waitFor();
    await page.reload();
    await picture.waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('[role=log] img').naturalWidth")).toBe(2);
  });

  it('can be pasted', async () => {
    const { page } = await openAsMember(stage.pages, `/chat?model=${SEES}`);
    await composer(page).focus();
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${PNG}'), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    })()`);
    await attached(page).getByRole('img', { name: 'pasted.png' }).waitFor();
  });

  it('that cannot be sent say why', async () => {
    const { page } = await openAsMember(stage.pages, `/chat?model=${SEES}`);
    await page.getByLabel('Pictures', { exact: true }).setInputFiles([file('drawing.svg', 'image/svg+xml')]);
    await attached(page).getByText('Only PNG, JPEG, WebP and GIF pictures can be sent.').waitFor();
    await composer(page).fill('Look');
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove drawing.svg' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Send' }).isEnabled()).toBe(true);
  });

  it('lead from a model that cannot see to one that can', async () => {
    const { page } = await openAsMember(stage.pages, '/chat?model=sandbox/guide');
    await attach(page, file());
    await composer(page).fill('What is this?');
    await page.getByText('cannot see pictures.').waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Choose a model that does' }).click();
    await page.getByRole('dialog', { name: 'Models that see pictures' }).waitFor();
    await page.getByRole('combobox', { name: 'Search models' }).fill('gpt-5.5');
    await page.getByRole('option', { name: SEES }).first().click();
    await page.getByRole('button', { name: 'Send' }).click();
    await answered(page);
    expect(JSON.stringify(stage.upstream.requests.at(-1)?.body)).toContain('data:image/png;base64,');
  });

  it('are back in the composer when a provider is busy', async () => {
    stage.upstream.script(isBusy('1'));
    const { page } = await openAsMember(stage.pages, `/chat?model=${SEES}`);
    await attach(page, file());
    await say(page, 'What is this?');
    await page.getByRole('region', { name: 'The message was not answered' }).waitFor();
    await attached(page).getByRole('img').waitFor();
    expect(await composer(page).inputValue()).toBe('What is this?');
  });
});

describe('a model that draws', () => {
  it('is chosen in the chat, and its picture comes with what it cost', async () => {
    const usage = { input_tokens: 6, output_tokens: 272 };
    stage.upstream.script(sendsJson(200, JSON.stringify({ created: 1, data: [{ b64_json: PNG }], usage })));
    const { page, ask } = await openAsMember(stage.pages, `/chat?model=${SEES}`);
    await page.getByRole('button', { name: /^Model: / }).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill('gpt-image-2');
    await page
      .getByRole('option', { name: /gpt-image-2.*draws pictures/ })
      .first()
      .click();
    await page.getByPlaceholder('Describe a picture').waitFor();
    await say(page, 'A red square');
    await answered(page);
    const picture = page.getByRole('log').getByRole('img', { name: /^Picture by openai\/gpt-image-2/ });
    await picture.waitFor();
    const { spent_usd } = (await ask('GET', '/api/v1/balance')).body;
    expect(await amounts(page.getByRole('log'))).toEqual([spent_usd]);
  });

  it('is found in the marketplace, and offers what can be drawn at the price of a picture', async () => {
    const { page } = await openAsMember(stage.pages, `/models?view=table&q=${DRAWS}`);
    await page.getByRole('link', { name: 'Chat with GPT Image 2', exact: true }).waitFor();
    await page.goto(`/models/${DRAWS}`);
    await page.getByRole('link', { name: 'Try in chat' }).click();
    await page.getByRole('heading', { name: 'What do you want to see?' }).waitFor();
    const prompt = page.getByRole('button', { name: 'A lighthouse at dawn' });
    const price = /\$0\.\d+/.exec((await prompt.textContent()) ?? '')?.[0] ?? 'none';
    await prompt.click();
    expect(await composer(page).inputValue()).toMatch(/^A lighthouse/);
    // About a thousand tokens of picture at 30 dollars a million, and what the operator adds.
    expect(Number(price.slice(1))).toBeGreaterThan(0.03);
    await page.getByText(`next ≈ ${price}`).waitFor();
  });
});
