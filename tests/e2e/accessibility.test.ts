import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWatched, type Pages, sidewaysScroll, startPages } from './browser.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only' });
}, 120_000);

afterAll(async () => {
  await pages.close();
});

// How each page and state looks is looked at in every-view.test.ts and in the walks through the account window, the assistant and the chat.

describe('without a pointer', () => {
  it('skips to the content first, and shows where the focus is at every stop', async () => {
    const page = await openWatched(pages, '/models?by=sandbox&status=all');
    await page.locator('[data-row-link]').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.reload();
    await page.locator('[data-row-link]').first().waitFor();
    const invisible: string[] = [];
    for (let stop = 0; stop < 40; stop += 1) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate<string | null>(`(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const outlined = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const visible = outlined(getComputedStyle(element)) || outlined(getComputedStyle(element, '::after'));
        return visible ? '' : element.outerHTML.slice(0, 120);
      })()`);
      if (seen) invisible.push(seen);
    }
    expect(invisible).toEqual([]);
  });

  it('shows the keys there are, also when asked by a button', async () => {
    const page = await openWatched(pages, '/models?by=sandbox');
    await page.getByRole('button', { name: 'Keyboard' }).click();
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  });

  it('says the name of a page one comes to', async () => {
    const page = await openWatched(pages, '/models?q=gpt-5.4-mini');
    await page.locator('[data-row-link]').first().click();
    await page
      .getByRole('status')
      .getByText(/ · Q Marketplace$/)
      .waitFor({ state: 'attached' });
  });
});

describe('wishes of the person', () => {
  it('keeps everything readable when text is twice as large and widely spaced', async () => {
    const page = await openWatched(pages, '/models/openai/gpt-5.4', { size: 'tablet' });
    await page.getByRole('tab').first().waitFor();
    await page.evaluate(`(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('html { font-size: 200%; } * { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; line-height: 1.5 !important; }');
      document.adoptedStyleSheets = [sheet];
    })()`);
    expect(await sidewaysScroll(page)).toBe(0);
    for (const name of ['Try in chat', 'Use in code']) await page.getByRole('link', { name }).click({ trial: true });
  });
});
