import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../apps/server/src/testing/fake-upstream.ts';
import { answers as answersWith } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { SIZES, type WindowOptions } from './browser.ts';
import { answered, openAsMember, say } from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

const MODEL = 'openai/gpt-5.5';
/** What counts as a page that does not jump (https://web.dev/articles/cls): on a slow machine following the end is taken for some of it. */
const SHIFTS_MAX = 0.1;
const SCROLLER = "document.querySelector('[role=log]').parentElement.parentElement";

const stage = scriptedPages();
const log = (page: Page) => page.getByRole('log');
const jump = (page: Page) => page.getByRole('button', { name: 'Jump to latest' });
const top = (page: Page) => page.evaluate<number>(`${SCROLLER}.scrollTop`);
/** Pixels below what is seen. */
const below = (page: Page) =>
  page.evaluate<number>(
    `(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop)(${SCROLLER})`,
  );

/** An answer that comes a paragraph at a time. */
const slowly = (count: number): Behaviour =>
  answersWith({
    pieces: Array.from({ length: count }, (_, at) => `Words that come, number ${at}, and go on.\n\n`),
    delayMs: 40,
  });

/** Somebody with a chat that is longer than their window. */
async function openLongChat(options: WindowOptions = {}): Promise<Page> {
  const { page } = await openAsMember(stage.pages, `/chat?model=${MODEL}`, options);
  stage.upstream.script(
    answersWith({ pieces: [Array.from({ length: 60 }, (_, line) => `Line ${line}.`).join('\n\n')] }),
  );
  await say(page, 'A long one');
  await log(page).getByText('Line 59.').waitFor();
  await answered(page);
  return page;
}

/** What `read` gives once it gives the same for a third of a second, as when a turned wheel has run out. */
async function whenStill(read: () => Promise<number>): Promise<number> {
  for (let last = await read(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const now = await read();
    if (now === last) return now;
    last = now;
  }
}

describe('reading while an answer comes', () => {
  it('goes on at the end when the window grows, which moves the page up', async () => {
    const page = await openLongChat();
    stage.upstream.script(slowly(40));
    await say(page, 'Another long one');
    const { width, height } = SIZES.desktop;
    for (const step of [1, 2, 3, 4]) {
      await log(page)
        .getByText(`number ${step * 8},`)
        .waitFor({ state: 'attached' });
      await page.setViewportSize({ width, height: height + step * 40 });
    }
    await answered(page);
    await expect.poll(() => below(page)).toBeLessThan(2);
    expect(await jump(page).count()).toBe(0);
  });

  it('is left alone: the page follows only from its end, and nothing jumps', async () => {
    const page = await openLongChat();
    await page.evaluate(`(() => {
      window.shifts = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
      }).observe({ type: 'layout-shift' });
    })()`);
    stage.upstream.script(slowly(90));
    await say(page, 'Another long one');
    await log(page).getByText('number 9,').waitFor();
    await expect.poll(() => jump(page).count()).toBe(0);
    const followed = await top(page);
    await log(page).getByText('number 14,').waitFor();
    await expect.poll(() => top(page)).toBeGreaterThan(followed);
    await page.mouse.move(700, 300);
    const shifts = () => page.evaluate<number>('window.shifts');
    expect(await shifts()).toBeLessThan(SHIFTS_MAX);
    // As a wheel turns: several steps.
    for (let step = 0; step < 6; step += 1) {
      await page.mouse.wheel(0, -300);
      await page.waitForTimeout(30);
    }
    await jump(page).waitFor();
    const read = await whenStill(() => top(page));
    const moved = await shifts();
    await log(page).getByText('number 40,').waitFor({ state: 'attached' });
    expect(await top(page)).toBe(read);
    expect((await shifts()) - moved).toBeLessThan(SHIFTS_MAX);
    await jump(page).click();
    await expect.poll(() => top(page)).toBeGreaterThan(read);
    await answered(page);
  });

  it.each<[string, WindowOptions, (page: Page) => Promise<unknown>]>([
    [
      'a finger',
      { size: 'phone' },
      async (page) => {
        const hand = await page.context().newCDPSession(page);
        const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
          hand.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 200, y }] });
        await touch('touchStart', 300);
        for (let y = 320; y <= 560; y += 20) await touch('touchMove', y);
        await touch('touchEnd');
      },
    ],
    [
      'a key',
      {},
      async (page) => {
        await page.mouse.click(700, 300);
        await page.keyboard.press('PageUp');
      },
    ],
  ])('is left by %s, and taken up again at the end', async (_what, options, turnUp) => {
    const page = await openLongChat(options);
    stage.upstream.script(slowly(80));
    await say(page, 'Another long one');
    await log(page).getByText('number 9,').waitFor();
    await turnUp(page);
    await jump(page).waitFor();
    const read = await whenStill(() => top(page));
    await log(page).getByText('number 50,').waitFor({ state: 'attached' });
    expect(await top(page)).toBe(read);
    await page.evaluate(`${SCROLLER}.scrollTop = 1e6`);
    await answered(page);
    await expect.poll(() => below(page)).toBeLessThan(2);
  });
});
