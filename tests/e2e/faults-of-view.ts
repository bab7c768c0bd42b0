import type { Page } from 'playwright-core';
import { faultsOfSight, SIZES, sidewaysScroll } from './browser.ts';

/** What moves: nothing may when the person wants less motion, as they do in every window of these tests. */
const MOVING = `[...document.querySelectorAll('*')]
  .filter((element) => {
    const { animationDuration, transitionDuration } = getComputedStyle(element);
    return [...animationDuration.split(','), ...transitionDuration.split(',')].some((time) => parseFloat(time) > 0.001);
  })
  .map((element) => element.tagName)`;

/** Fingers need this much; words inside a sentence or a path are exempt. */
const TOUCH_MIN_PX = 44;
const CONTROLS =
  'button:visible, select:visible, input:visible, [role=tab]:visible, nav:not([aria-label=Breadcrumb]) a:visible';

/** How the faults of a view are looked for. */
interface Looks {
  /** A page by itself has one heading of the first rank, and on a phone nothing but controls a finger can hit. */
  isPage?: boolean;
  inDark?: 'colours' | 'every rule';
}

/** What takes another form in a narrow window needs a moment for it. */
async function settledScroll(page: Page): Promise<number> {
  for (const wait of [0, 100, 300, 1_000]) {
    await page.waitForTimeout(wait);
    if ((await sidewaysScroll(page)) === 0) return 0;
  }
  return sidewaysScroll(page);
}

/** The controls a finger may miss. */
function smallControls(page: Page): Promise<string[]> {
  return page.locator(CONTROLS).evaluateAll(
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
        .map(({ text, width, height }) => `too small to hit: ${text}: ${width} × ${height}`),
    TOUCH_MIN_PX,
  );
}

async function faultsOfHeadings(page: Page, width: number): Promise<string[]> {
  const count = await page.getByRole('heading', { level: 1 }).count();
  return count === 1 ? [] : [`headings of the first rank at ${width} px: ${count}`];
}

/**
 * What is wrong with the page as it is now: `faultsOfSight`, what moves, and what scrolls sideways in narrower windows, down to the smallest.
 * The window is as wide as before afterwards.
 */
export async function faultsOfView(page: Page, { isPage = false, inDark = 'colours' }: Looks = {}): Promise<string[]> {
  const size = page.viewportSize();
  if (!size) throw new Error('The window has no size.');
  const faults = await faultsOfSight(page, inDark);
  const moving = await page.evaluate<string[]>(MOVING);
  if (moving.length > 0) faults.push(`moves: ${moving.join(' ')}`);
  if (isPage) faults.push(...(await faultsOfHeadings(page, size.width)));
  if (isPage && size.width === SIZES.phone.width) faults.push(...(await smallControls(page)));
  for (const narrower of [SIZES.tablet, SIZES.tiny].filter(({ width }) => width < size.width)) {
    await page.setViewportSize(narrower);
    const pixels = await settledScroll(page);
    if (pixels > 0) faults.push(`scrolls sideways at ${narrower.width} px: ${pixels} px`);
    if (isPage) faults.push(...(await faultsOfHeadings(page, narrower.width)));
  }
  await page.setViewportSize(size);
  return faults;
}
