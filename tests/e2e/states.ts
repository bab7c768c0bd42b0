import type { Page } from 'playwright-core';
import { nothingLoads } from './browser.ts';

/** A state of a page: how to come to it from the one before. */
export interface State {
  name: string;
  reach: (page: Page) => Promise<unknown>;
}

/** Goes through states and looks at each; answers the names of those where `look` found something, with what it found. */
export async function walk(
  page: Page,
  states: readonly State[],
  look: (page: Page) => Promise<readonly string[] | number>,
): Promise<Record<string, readonly string[] | number>> {
  const found: Record<string, readonly string[] | number> = {};
  for (const { name, reach } of states) {
    await reach(page);
    await nothingLoads(page);
    const here = await look(page);
    if (typeof here === 'number' ? here !== 0 : here.length > 0) found[name] = here;
  }
  return found;
}
