import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answers as answersWith } from '../../apps/server/src/testing/upstream-behaviours.ts';
import type { WindowOptions } from './browser.ts';
import { answered, answers, openAsMember, say } from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

const MODEL = 'openai/gpt-5.5';

const TEXT = `## What it does

It counts **words** in a text, and [how often](https://example.org) each of them stands in it.

\`\`\`ts
export function count(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.split(/\\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
\`\`\`

| Step | Time | Space |
|---|---|---|
| split | O(n) | O(n) |
| count | O(n) | O(k) |
| sort | O(k log k) | O(k) |

The sum over all words:

$$
\\sum_{w \\in W} c(w) = \\frac{n \\cdot (n + 1)}{2}
$$

- the first point, which is long enough that it takes a second line on a narrow window,
- the second point, with \`code\` in it,
- the third.

That is all there is to say about it.

> Counting is easy; naming is hard.

1. Read the text.
2. Count its words.
3. Sort them.
`;

/** Pieces as a model writes them: a few characters each. */
const pieces = (text: string) => text.match(/[\s\S]{1,9}/g) ?? [];

const stage = scriptedPages();

/** Counts what moves by itself on the page from now on, and what moved. */
async function watchShifts(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        const moved = entry.sources.map(({ node, previousRect: was, currentRect: is }) =>
          [node?.nodeName, node?.className, was.top + '→' + is.top, was.left + '→' + is.left].join(' '));
        window.shifts.push({ value: entry.value, moved });
      }
    }).observe({ type: 'layout-shift' });
  })()`);
}

const shiftsOf = (page: Page) => page.evaluate<{ value: number; moved: string[] }[]>('window.shifts');

describe('a whole turn', () => {
  it.each([
    ['desktop', false],
    ['desktop', true],
    ['phone', true],
  ] as const)('moves nothing by itself on a %s (with a chat above it: %s)', async (size, hasHistory) => {
    const options: WindowOptions = { size, reducedMotion: 'no-preference' };
    const { page } = await openAsMember(stage.pages, `/chat?model=${MODEL}`, options);
    if (hasHistory) {
      stage.upstream.script(answersWith({ pieces: pieces(TEXT) }));
      await say(page, 'What came before');
      await answered(page);
    }
    stage.upstream.script(
      answersWith({
        reasoning: pieces(
          'First the text is split. Then its words are counted, one by one. Then they are sorted. '.repeat(6),
        ),
        pieces: pieces(TEXT),
        delayMs: 12,
      }),
    );
    await page.waitForLoadState('networkidle');
    await watchShifts(page);
    await say(page, 'Count the words of a text for me');
    await answers(page).last().getByText('Sort them.').waitFor({ state: 'attached' });
    await answered(page);
    await page.waitForTimeout(600);
    const shifts = await shiftsOf(page);
    const total = shifts.reduce((sum, { value }) => sum + value, 0);
    expect(total, JSON.stringify(shifts)).toBeLessThanOrEqual(0.02);
    expect(await page.getByRole('button', { name: 'Jump to latest' }).count()).toBe(0);
  });
});
