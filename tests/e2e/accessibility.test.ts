import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWatched, type Pages, SIZES, seriousFindings, sidewaysScroll, startPages } from './browser.ts';

/** Fingers need this much; words inside a sentence or a path are exempt. */
const TOUCH_MIN_PX = 44;

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only' });
}, 120_000);

afterAll(async () => {
  await pages.close();
});

/** Every page a visitor can reach without signing in, with something that is there when it is ready. */
const VIEWS: { name: string; path: string; ready: (page: Page) => Promise<void> }[] = [
  {
    name: 'the table',
    path: '/models?view=table',
    ready: (page) => page.locator('tbody [data-row-link]').first().waitFor(),
  },
  {
    name: 'the cards',
    path: '/models?view=cards&cap=tools',
    ready: (page) => page.locator('li [data-row-link]').first().waitFor(),
  },
  {
    name: 'retired models',
    path: '/models?status=retired',
    ready: (page) => page.locator('[data-row-link]').first().waitFor(),
  },
  {
    name: 'an empty list',
    path: '/models?cap=embeddings&cap=vision',
    ready: (page) => page.getByText('No model fits').waitFor(),
  },
  { name: 'a model', path: '/models/openai/gpt-5.4', ready: (page) => page.getByRole('tab').first().waitFor() },
  {
    name: 'a retired model',
    path: '/models/openai/gpt-4',
    ready: (page) => page.getByRole('heading', { name: 'Last price' }).waitFor(),
  },
  {
    name: 'a comparison',
    path: '/compare?m=sandbox/guide&m=openai/gpt-5.4&m=openai/gpt-4',
    ready: (page) => page.getByRole('heading', { name: 'Run the same prompt' }).waitFor(),
  },
  {
    name: 'an empty comparison',
    path: '/compare',
    ready: (page) => page.getByText('Nothing to compare yet').waitFor(),
  },
  {
    name: 'a list without favourites',
    path: '/models?fav=1',
    ready: (page) => page.getByText('No favourites yet').waitFor(),
  },
  { name: 'an unknown model', path: '/models/openai/none', ready: (page) => page.getByText('No such model').waitFor() },
  {
    name: 'an unknown address',
    path: '/nothing',
    ready: (page) => page.getByText('nothing at this address').waitFor(),
  },
];

const SIZE_NAMES = Object.keys(SIZES) as (keyof typeof SIZES)[];

describe.each(VIEWS)('$name', ({ path, ready }) => {
  it.each(['light', 'dark'] as const)(
    'has no serious finding in the %s theme on a desk and on a phone',
    async (theme) => {
      for (const size of ['desktop', 'phone'] as const) {
        const page = await openWatched(pages, path, { size, theme });
        await ready(page);
        expect(await seriousFindings(page), size).toEqual([]);
      }
    },
  );

  it('never scrolls sideways, and has one heading of the first rank', async () => {
    for (const size of SIZE_NAMES) {
      const page = await openWatched(pages, path, { size });
      await ready(page);
      expect(await sidewaysScroll(page), size).toBe(0);
      expect(await page.getByRole('heading', { level: 1 }).count(), size).toBe(1);
    }
  });

  it('has controls a finger can hit', async () => {
    const page = await openWatched(pages, path, { size: 'phone' });
    await ready(page);
    const small = await page
      .locator(
        'button:visible, select:visible, input:visible, [role=tab]:visible, nav:not([aria-label=Breadcrumb]) a:visible',
      )
      .evaluateAll(
        (controls, least) =>
          controls
            .map((control) => {
              // A box inside its label is hit through the label; a switch through the row around it.
              const target =
                control.closest('label') ?? (control.role === 'switch' ? control.parentElement : control) ?? control;
              const { width, height } = target.getBoundingClientRect();
              return { text: `${control.tagName} ${control.textContent || control.ariaLabel}`, width, height };
            })
            .filter(({ height }) => height < least)
            .map(({ text, width, height }) => `${text}: ${width} × ${height}`),
        TOUCH_MIN_PX,
      );
    expect(small).toEqual([]);
  });
});

describe('windows over the page', () => {
  it.each(['light', 'dark'] as const)('have no serious finding in the %s theme', async (theme) => {
    const phone = await openWatched(pages, '/models', { size: 'phone', theme });
    await phone.getByRole('button', { name: 'Filters' }).click();
    await phone
      .getByRole('dialog')
      .getByLabel(/^Tools/)
      .waitFor();
    expect(await seriousFindings(phone)).toEqual([]);
    const wide = await openWatched(pages, '/models', { theme });
    await wide.getByRole('button', { name: 'Keyboard' }).click();
    await wide.getByRole('dialog').waitFor();
    expect(await seriousFindings(wide)).toEqual([]);
  });
});

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
  it('moves nothing when less motion is wanted', async () => {
    const page = await openWatched(pages, '/models', { reducedMotion: 'reduce' });
    await page.locator('[data-row-link]').first().waitFor();
    const moving = await page.evaluate<string[]>(`[...document.querySelectorAll('*')]
      .filter((element) => {
        const { animationDuration, transitionDuration } = getComputedStyle(element);
        return [...animationDuration.split(','), ...transitionDuration.split(',')].some((time) => parseFloat(time) > 0.001);
      })
      .map((element) => element.tagName)`);
    expect(moving).toEqual([]);
  });

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
