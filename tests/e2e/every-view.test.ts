import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pages, startPages } from './browser.ts';
import { faultsOfView } from './faults-of-view.ts';
import { ADMINS_VIEWS, MEMBERS_VIEWS, openViewer, STRANGERS_VIEWS, showView } from './views.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages({ OPENAI_API_KEY: 'sk-for-listing-only', SIGN_IN_LIMIT_PER_10_S: '100' });
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

describe.each([
  ['a stranger', 'stranger', STRANGERS_VIEWS],
  ['a member', 'member', MEMBERS_VIEWS],
  ['an administrator', 'admin', ADMINS_VIEWS],
] as const)('every view of %s', (_who, as, views) => {
  const inDark = as === 'stranger' ? 'every rule' : 'colours';

  it.each(['desktop', 'phone'] as const)(
    'has no finding of levels A and AA on a %s, fits 320 px, and moves nothing when less motion is wanted',
    async (size) => {
      const viewer = await openViewer(pages, as, { size });
      const found: Record<string, string[]> = {};
      for (const view of views.filter(({ isWalked }) => !isWalked)) {
        const leave = await showView(viewer, view);
        const faults = await faultsOfView(viewer.page, { isPage: view.isPage === true, inDark });
        if (faults.length > 0) found[view.name] = faults;
        await leave();
      }
      expect(found).toEqual({});
    },
    240_000,
  );
});
