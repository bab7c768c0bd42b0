import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOfSight, openWatched, type Pages, startPages } from './browser.ts';
import { faultsOfView } from './faults-of-view.ts';
import { dialog, freshEmail, openAsMember } from './person.ts';
import { type State, walk } from './states.ts';

let pages: Pages;

beforeAll(async () => {
  pages = await startPages();
}, 120_000);

afterAll(async () => {
  await pages?.close();
});

const press = (name: string) => (page: Page) => dialog(page).getByRole('button', { name, exact: true }).click();

/** What a stranger sees, one after the other. */
const STRANGER: State[] = [
  { name: 'sign in', reach: (page) => dialog(page).getByLabel('E-mail').waitFor() },
  {
    name: 'sign in with faults',
    reach: async (page) => {
      await press('Sign in')(page);
      await dialog(page).getByText('Enter your password.').waitFor();
    },
  },
  {
    name: 'wrong password',
    reach: async (page) => {
      await dialog(page).getByLabel('E-mail').fill(freshEmail());
      await dialog(page).getByLabel('Password', { exact: true }).fill('not the right one');
      await press('Sign in')(page);
      await dialog(page).getByText('The e-mail address or the password is wrong.').waitFor();
    },
  },
  {
    name: 'forgotten password',
    reach: async (page) => {
      await press('Forgot the password?')(page);
      await dialog(page).getByText('Back to sign in').waitFor();
    },
  },
  {
    name: 'sign up',
    reach: async (page) => {
      await press('Back to sign in')(page);
      await dialog(page).getByRole('tab', { name: 'Create account' }).click();
      const panel = dialog(page).getByRole('tabpanel', { name: 'Create account' });
      await panel.getByLabel('Password', { exact: true }).fill('quiet harb');
    },
  },
  {
    name: 'sign up with faults',
    reach: async (page) => {
      await press('Create account')(page);
      await dialog(page).getByText('Enter an e-mail address').waitFor();
    },
  },
];

/** What a member sees, one after the other. */
const MEMBER: State[] = [
  { name: 'balance', reach: (page) => dialog(page).getByText('+$10.00').waitFor() },
  {
    name: 'balance with a wrong amount',
    reach: async (page) => {
      await dialog(page).getByLabel('Other amount in dollars').fill('3');
      await press('Add')(page);
      await dialog(page).getByText('The least is $5.').waitFor();
    },
  },
  {
    name: 'balance after a top-up',
    reach: async (page) => {
      await press('$25')(page);
      await dialog(page).getByText('+$25.00').waitFor();
    },
  },
  {
    name: 'no keys',
    reach: async (page) => {
      await dialog(page).getByRole('tab', { name: 'API keys' }).click();
      await dialog(page).getByText('No keys yet').waitFor();
    },
  },
  {
    name: 'a new key',
    reach: async (page) => {
      await press('Create key')(page);
      await dialog(page, 'New API key').getByLabel('Name').waitFor();
    },
  },
  {
    name: 'a new key with faults',
    reach: async (page) => {
      await press('Create key')(page);
      await dialog(page).getByText('Give the key a name').waitFor();
    },
  },
  {
    name: 'the secret of a key',
    reach: async (page) => {
      await dialog(page).getByLabel('Name').fill('laptop-of-somebody-with-a-long-name');
      await dialog(page).getByLabel('Daily limit in dollars (optional)').fill('1.50');
      await press('Create key')(page);
      await page.getByTestId('api-key').waitFor();
    },
  },
  {
    name: 'a secret nobody copied',
    reach: async (page) => {
      await press('Done')(page);
      await dialog(page).getByText('You have not copied the key.').waitFor();
    },
  },
  {
    name: 'keys',
    reach: async (page) => {
      await press('Close without the key')(page);
      await dialog(page, 'Account').getByText('never used').waitFor();
      await page.getByTestId('api-key').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'a key near its limit',
    reach: async (page) => {
      await pages.server.database.query(
        `INSERT INTO api_key_days (api_key_id, day, spent)
         SELECT id, (now() AT TIME ZONE 'UTC')::date, 1450000000 FROM api_keys WHERE daily_limit_nano IS NOT NULL
         ON CONFLICT DO NOTHING`,
      );
      await dialog(page).getByRole('tab', { name: 'Balance' }).click();
      await dialog(page).getByRole('tab', { name: 'API keys' }).click();
      await dialog(page).getByText('$1.45 of $1.50 spent today (UTC)').waitFor();
      await dialog(page).getByText('Calls that may cost more than what is left').waitFor();
    },
  },
  {
    name: 'the menu of a key',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Actions for laptop/ }).click();
      await page.getByRole('menuitem', { name: 'Rotate' }).waitFor();
    },
  },
  {
    name: 'rotating a key',
    reach: async (page) => {
      await page.getByRole('menuitem', { name: 'Rotate' }).click();
      await dialog(page, 'Rotate key').waitFor();
    },
  },
  {
    name: 'deleting a key',
    reach: async (page) => {
      await page.keyboard.press('Escape');
      await dialog(page, 'Rotate key').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: /^Actions for laptop/ }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await dialog(page, 'Delete this key?').waitFor();
    },
  },
  {
    name: 'profile',
    reach: async (page) => {
      await page.keyboard.press('Escape');
      await dialog(page, 'Delete this key?').waitFor({ state: 'hidden' });
      await dialog(page).getByRole('tab', { name: 'Profile' }).click();
      await dialog(page).getByText('this device').waitFor();
    },
  },
  {
    name: 'provider keys',
    reach: async (page) => {
      await dialog(page).getByRole('tab', { name: 'Provider keys' }).click();
      await dialog(page).getByRole('button', { name: 'Add key for OpenAI' }).waitFor();
    },
  },
  {
    name: 'settings',
    reach: async (page) => {
      await dialog(page).getByRole('tab', { name: 'Settings' }).click();
      await dialog(page).getByLabel('New chats start with').waitFor();
    },
  },
  {
    name: 'another password',
    reach: async (page) => {
      await dialog(page).getByRole('tab', { name: 'Profile' }).click();
      await press('Change password')(page);
      await dialog(page, 'Change the password').getByLabel('New password').fill('quiet harb');
    },
  },
  {
    name: 'a session that has ended',
    reach: async (page) => {
      await page.keyboard.press('Escape');
      await dialog(page, 'Change the password').waitFor({ state: 'hidden' });
      await page.evaluate("fetch('/api/v1/auth/logout', { method: 'POST' })");
      await dialog(page).getByRole('tab', { name: 'API keys', exact: true }).click();
      await dialog(page).getByText('Your session has ended. Sign in to go on.').waitFor();
    },
  },
];

describe('the account window', () => {
  // The search leaves one model on the page behind, which is looked at elsewhere.
  it.each(['desktop', 'phone'] as const)(
    'can be seen and used by everybody on a %s, light and dark',
    async (size) => {
      const stranger = await openWatched(pages, '/models?by=sandbox&account=sign-in', { size });
      expect(await walk(stranger, STRANGER, faultsOfView)).toEqual({});
      const { page } = await openAsMember(pages, '/models?by=sandbox&account=balance', { size });
      expect(await walk(page, MEMBER, faultsOfView)).toEqual({});
    },
    120_000,
  );

  it.each(['/verify-email#token=none', '/reset-password#token=none', '/admin/setup#token=none', '/reset-password'])(
    'can be seen and used by everybody at %s',
    async (path) => {
      const page = await openWatched(pages, path, { size: 'tiny' });
      await dialog(page).getByRole('button', { name: 'Close' }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await faultsOfSight(page)).toEqual([]);
    },
  );
});
