import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeKeyProvider, json, startFakeKeyProvider } from '../../apps/server/src/testing/fake-key-provider.ts';
import { faultsOfSight, type Pages, sidewaysScroll, startPages } from './browser.ts';
import { dialog, focused, openAsMember, tabTo } from './person.ts';

let pages: Pages;
let provider: FakeKeyProvider;

beforeAll(async () => {
  provider = await startFakeKeyProvider();
  pages = await startPages({
    OPENAI_BASE_URL: `${provider.url}/openai/v1`,
    ANTHROPIC_BASE_URL: `${provider.url}/anthropic`,
  });
}, 120_000);

afterAll(async () => {
  await pages?.close();
  await provider?.close();
});

beforeEach(() => provider.reset());

const KEY = 'own-key-of-somebody-0123456789-abcd';

async function openKeys() {
  const visitor = await openAsMember(pages, '/keys/providers', { usd: 0 });
  const room = dialog(visitor.page, 'Account');
  await room.getByRole('button', { name: 'Add key for OpenAI' }).waitFor();
  const add = async (key = KEY, name = 'OpenAI') => {
    await room.getByRole('button', { name: `Add key for ${name}` }).click();
    const form = dialog(visitor.page, `Key for ${name}`);
    await form.getByLabel('Key', { exact: true }).fill(key);
    await form.getByRole('button', { name: 'Test and store' }).click();
    return form;
  };
  const storedKeys = async (): Promise<{ provider: string; last4: string }[]> =>
    (await visitor.ask('GET', '/api/v1/provider-keys')).body.data;
  return { ...visitor, room, add, storedKeys };
}

describe('own keys at providers', () => {
  it('are added after a test whose time is shown, and tested again', async () => {
    const { room, add, storedKeys } = await openKeys();
    await add();
    await room.getByText('OpenAI accepted the key.').waitFor();
    await room.getByText(/^\d+ ms · tested /).waitFor();
    await room.getByText('…abcd').waitFor();
    expect(await storedKeys()).toMatchObject([{ provider: 'openai', last4: 'abcd' }]);
    provider.answer(json(401, { error: { message: 'This key was revoked yesterday.' } }));
    await room.getByRole('button', { name: 'Test the key for OpenAI' }).click();
    await room.getByText('OpenAI refused the key: This key was revoked yesterday.').waitFor();
    await room.getByText('not confirmed').waitFor();
  });

  it('that the provider refuses are not stored, and its own words stand beside the field', async () => {
    provider.answer(json(401, { error: { message: 'Incorrect API key provided.' } }));
    const { page, add, storedKeys } = await openKeys();
    const form = await add();
    await form.getByText('OpenAI refused the key: Incorrect API key provided.').waitFor();
    expect(await focused(page)).toBe('Key');
    expect(await storedKeys()).toEqual([]);
  });

  it('take an address of their own where the provider speaks a common format, and nowhere else', async () => {
    const { page, room, storedKeys } = await openKeys();
    await room.getByRole('button', { name: 'Add key for Anthropic' }).click();
    await dialog(page, 'Key for Anthropic').getByLabel('Key', { exact: true }).waitFor();
    expect(await dialog(page, 'Key for Anthropic').getByLabel('Address (optional)').count()).toBe(0);
    await page.keyboard.press('Escape');
    await dialog(page, 'Key for Anthropic').waitFor({ state: 'hidden' });
    await room.getByRole('button', { name: 'Add key for OpenAI' }).click();
    const form = dialog(page, 'Key for OpenAI');
    await form.getByLabel('Key', { exact: true }).fill(KEY);
    await form.getByLabel('Address (optional)').fill('https://127.0.0.1/v1');
    await form.getByRole('button', { name: 'Test and store' }).click();
    await expect.poll(() => focused(page)).toBe('Address (optional)');
    expect(await storedKeys()).toEqual([]);
  });

  it('are replaced, and removed with a way back', async () => {
    const { page, room, add, storedKeys } = await openKeys();
    await add();
    await room.getByText('…abcd').waitFor();
    const choose = async (action: string) => {
      await room.getByRole('button', { name: 'Actions for OpenAI' }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await choose('Replace');
    const form = dialog(page, 'Replace the key for OpenAI');
    await form.getByLabel('Key', { exact: true }).fill(KEY.replace('abcd', 'wxyz'));
    await form.getByRole('button', { name: 'Test and store' }).click();
    await room.getByText('…wxyz').waitFor();
    await choose('Remove');
    await room.getByText('…wxyz').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await room.getByText('…wxyz').waitFor();
    expect(await storedKeys()).toMatchObject([{ last4: 'wxyz' }]);
    await choose('Remove');
    await page.getByRole('button', { name: 'Dismiss' }).last().click();
    await expect.poll(storedKeys).toEqual([]);
  });

  it('are gone for good when the page is left before the message', async () => {
    const { page, room, add, storedKeys } = await openKeys();
    await add();
    await room.getByText('…abcd').waitFor();
    await room.getByRole('button', { name: 'Actions for OpenAI' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await room.getByText('…abcd').waitFor({ state: 'hidden' });
    await page.goto('/theme.js');
    await expect.poll(storedKeys).toEqual([]);
  });

  it('can be stored without a pointer', async () => {
    const { page, room } = await openKeys();
    await tabTo(page, 'Add key for OpenAI');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Key');
    await page.keyboard.type(KEY);
    await page.keyboard.press('Enter');
    await room.getByText('OpenAI accepted the key.').waitFor();
  });
});

describe('the room of provider keys', () => {
  it.each(['desktop', 'phone'] as const)('can be seen by everybody on a %s', async (size) => {
    const { page } = await openAsMember(pages, '/keys/providers', { usd: 0, size });
    const room = dialog(page, 'Account');
    await room.getByRole('button', { name: 'Add key for OpenAI' }).click();
    const form = dialog(page, 'Key for OpenAI');
    await form.getByLabel('Key', { exact: true }).waitFor();
    expect(await faultsOfSight(page)).toEqual([]);
    await form.getByLabel('Key', { exact: true }).fill(KEY);
    await form.getByRole('button', { name: 'Test and store' }).click();
    await room.getByText('OpenAI accepted the key.').waitFor();
    await form.waitFor({ state: 'hidden' });
    expect(await faultsOfSight(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    // The window takes another form, which is not there at once.
    await expect.poll(() => sidewaysScroll(page)).toBe(0);
  });
});
