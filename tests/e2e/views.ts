import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { TEST_ADMIN } from '../../apps/server/src/testing/test-app.ts';
import { nothingLoads, openWatched, type Pages, type WindowOptions } from './browser.ts';
import { loseAnswer, openAsMember } from './person.ts';
import { DOZEN, giveReviews } from './reviewers.ts';

const GUIDE = 'sandbox/guide';
const QUESTIONS = ['What is the cheapest model that can use tools?', 'How am I billed?'];

/** What views of somebody's own account show. */
interface Own {
  chatId: string;
  /** A chat whose last question has lost its answer. */
  lostChatId: string;
  callId: string;
}

/** One page of the product in one state. */
export interface View {
  /** Names its picture. */
  name: string;
  path: string | ((own: Own) => string);
  /** Resolves when the page is as it will stay, but for what is still loading; may do what leads to the state. */
  ready: (page: Page) => Promise<unknown>;
  /** The state is that something loads. */
  isLoading?: true;
  /** A page by itself: see `faultsOfView`. */
  isPage?: true;
  /** A walk looks at this state (`*-accessibility.test.ts`), every view does not: only its picture is taken from here. */
  isWalked?: true;
  /** What happens before the page is opened: an answer that never comes, or one that is an error. */
  before?: (page: Page) => Promise<unknown>;
}

const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();
const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name }).first().waitFor();
const rows = (page: Page) => page.locator('[data-row-link]').first().waitFor();
/** Presses a button once the page shows it, then waits for the window it opens. */
const opens = (button: string | RegExp, window: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name: button }).filter({ visible: true }).first().click();
  await page.getByRole('dialog', { name: window }).waitFor();
};
const asking = (sentence: string) => `/?${new URLSearchParams({ q: sentence })}`;

const LIST_OF_MODELS = '**/api/v1/models?*';
const REVIEWS = '**/reviews?*';
const GUIDES_REVIEWS = `/models/${GUIDE}`;
/** The reviews stand, and have been scrolled to. */
const reviewsWith = (words: string | RegExp) => async (page: Page) => {
  const region = page.getByRole('region', { name: 'Reviews' });
  await region.getByText(words).first().waitFor();
  await region.scrollIntoViewIfNeeded();
};
const pressesInReviews = (button: string) => async (page: Page) => {
  const region = page.getByRole('region', { name: 'Reviews' });
  await region.getByRole('button', { name: button, exact: true }).first().click();
};
const never = (address: string) => (page: Page) => page.route(address, () => undefined);
const failing = (address: string) => (page: Page) =>
  page.route(address, (route) =>
    route.fulfill({
      status: 503,
      json: { error: { message: 'The database does not answer.', code: 'service_unavailable', request_id: 'req_1' } },
    }),
  );

/** What everybody can see. */
export const STRANGERS_VIEWS: readonly View[] = [
  { name: 'assistant', path: '/', ready: (page) => page.getByRole('textbox').first().waitFor(), isWalked: true },
  {
    name: 'assistant-picks',
    path: asking('Summarise 30-page contracts into JSON, under 2 cents each, not Anthropic'),
    ready: text('Best match'),
    isWalked: true,
  },
  {
    name: 'assistant-why',
    path: asking('Write unit tests for a TypeScript library, best quality'),
    ready: async (page) => {
      await page.getByRole('button', { name: /^Why/ }).first().click();
      await page.getByRole('table').first().waitFor();
    },
    isWalked: true,
  },
  {
    name: 'assistant-none',
    path: asking('A free embedding model by Stability AI'),
    ready: text(/No model (fits|meets)/),
    isWalked: true,
  },
  { name: 'models', path: '/models?view=table', ready: rows, isPage: true },
  { name: 'models-search', path: '/models?q=claude', ready: text('claude') },
  {
    name: 'models-filters',
    path: '/models?by=openai&cap=vision',
    ready: async (page) => {
      await rows(page);
      const filters = page.getByRole('button', { name: /^Filters/ });
      if (!(await filters.isVisible())) return;
      await opens(/^Filters/, /./)(page);
      await page
        .getByRole('dialog')
        .getByLabel(/^Tools/)
        .waitFor();
    },
  },
  {
    name: 'palette',
    path: '/models',
    ready: async (page) => {
      await rows(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search everything' }).waitFor();
    },
  },
  {
    name: 'shortcuts',
    path: '/models',
    ready: async (page) => {
      await rows(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'models-cards', path: '/models?view=cards', ready: rows, isPage: true },
  { name: 'models-retired', path: '/models?status=retired', ready: rows, isPage: true },
  { name: 'models-favourites-none', path: '/models?fav=1', ready: text('No favourites yet'), isPage: true },
  { name: 'models-none', path: '/models?cap=embeddings&cap=vision', ready: text('No model fits'), isPage: true },
  {
    name: 'models-loading',
    path: '/models',
    before: never(LIST_OF_MODELS),
    ready: (page) => page.locator('[aria-busy=true]').first().waitFor(),
    isLoading: true,
  },
  {
    name: 'models-error',
    path: '/models',
    before: failing(LIST_OF_MODELS),
    ready: text('The models could not be loaded'),
  },
  {
    name: 'offline',
    path: '/models',
    ready: async (page) => {
      await rows(page);
      await page.context().setOffline(true);
      await text('You are offline.')(page);
    },
  },
  {
    name: 'model',
    path: '/models/openai/gpt-5.4',
    ready: (page) => page.getByRole('tab').first().waitFor(),
    isPage: true,
  },
  { name: 'model-retired', path: '/models/openai/gpt-4', ready: heading('Last price'), isPage: true },
  { name: 'model-unknown', path: '/models/openai/none', ready: text('No such model'), isPage: true },
  { name: 'model-reviews', path: GUIDES_REVIEWS, ready: reviewsWith('It writes GOTO.') },
  { name: 'model-reviews-none', path: '/models/openai/gpt-5.4', ready: reviewsWith('No reviews yet') },
  {
    name: 'model-reviews-loading',
    path: GUIDES_REVIEWS,
    before: never(REVIEWS),
    ready: (page) => page.getByRole('region', { name: 'Reviews' }).locator('[aria-busy=true]').waitFor(),
    isLoading: true,
  },
  {
    name: 'model-reviews-error',
    path: GUIDES_REVIEWS,
    before: failing(REVIEWS),
    ready: reviewsWith('The reviews could not be loaded'),
  },
  {
    name: 'compare',
    path: '/compare?m=openai%2Fgpt-5.4&m=anthropic%2Fclaude-opus-5&m=google%2Fgemini-3.8-flash',
    ready: text('Claude Opus 5'),
  },
  {
    name: 'compare-retired',
    path: '/compare?m=sandbox%2Fguide&m=openai%2Fgpt-5.4&m=openai%2Fgpt-4',
    ready: heading('Run the same prompt'),
    isPage: true,
  },
  { name: 'compare-none', path: '/compare', ready: text('Nothing to compare yet'), isPage: true },
  { name: 'chat-new', path: `/chat?model=${GUIDE}`, ready: text('What do you want to ask?') },
  { name: 'chat-models', path: `/chat?model=${GUIDE}`, ready: opens(/^Model: /, /./), isWalked: true },
  {
    name: 'sign-in',
    path: '/models?by=sandbox&account=sign-in',
    ready: (page) => page.getByLabel('E-mail').waitFor(),
    isWalked: true,
  },
  {
    name: 'sign-up',
    path: '/models?by=sandbox&account=sign-up',
    ready: (page) => page.getByLabel('Password', { exact: true }).fill('seven quiet harb'),
    isWalked: true,
  },
  { name: 'unknown-address', path: '/nothing', ready: text('nothing at this address'), isPage: true },
];

/** What somebody with a balance, some calls and a chat can see. */
export const MEMBERS_VIEWS: readonly View[] = [
  {
    name: 'chat',
    path: ({ chatId }) => `/chat/${chatId}`,
    ready: (page) => page.locator('article .md').last().waitFor(),
  },
  { name: 'chat-unanswered', path: ({ lostChatId }) => `/chat/${lostChatId}`, ready: text('No answer was saved') },
  {
    name: 'chat-parameters',
    path: ({ chatId }) => `/chat/${chatId}`,
    ready: opens(/^Parameters/, 'Parameters'),
    isWalked: true,
  },
  {
    name: 'chat-context',
    path: ({ chatId }) => `/chat/${chatId}`,
    ready: opens(/^Context: /, 'Context and cost'),
    isWalked: true,
  },
  {
    name: 'chat-edit',
    path: ({ chatId }) => `/chat/${chatId}`,
    ready: async (page) => {
      await page.locator('article .md').last().waitFor();
      await page.getByRole('button', { name: 'Edit question' }).last().click();
    },
    isWalked: true,
  },
  { name: 'model-review-own', path: GUIDES_REVIEWS, ready: reviewsWith('Your review') },
  {
    name: 'model-review-form',
    path: GUIDES_REVIEWS,
    ready: async (page) => {
      await pressesInReviews('Edit')(page);
      await page.getByRole('form', { name: 'Your review' }).waitFor();
    },
  },
  {
    name: 'model-review-faults',
    path: GUIDES_REVIEWS,
    ready: async (page) => {
      await pressesInReviews('Edit')(page);
      await page.getByLabel('How did it do?').fill(' ');
      await pressesInReviews('Save changes')(page);
      await text('Write a sentence or two.')(page);
    },
  },
  {
    name: 'model-review-delete',
    path: GUIDES_REVIEWS,
    ready: async (page) => {
      await pressesInReviews('Delete')(page);
      await page.getByRole('dialog', { name: 'Delete your review?' }).waitFor();
    },
  },
  { name: 'model-review-not-used', path: '/models/openai/gpt-5.4', ready: reviewsWith('Try it first') },
  { name: 'account-balance', path: '/models?by=sandbox&account=balance', ready: text('+$25.00'), isWalked: true },
  { name: 'account-keys', path: '/models?by=sandbox&account=keys', ready: text('laptop'), isWalked: true },
  {
    name: 'account-key-new',
    path: '/models?by=sandbox&account=keys',
    ready: opens('Create key', /key/i),
    isWalked: true,
  },
  {
    name: 'account-provider-keys',
    path: '/models?by=sandbox&account=provider-keys',
    ready: text('no key'),
    isWalked: true,
  },
  { name: 'account-profile', path: '/models?by=sandbox&account=profile', ready: text('this device'), isWalked: true },
  {
    name: 'account-settings',
    path: '/models?by=sandbox&account=settings',
    ready: (page) => page.getByLabel('New chats start with').waitFor(),
    isWalked: true,
  },
  { name: 'billing', path: '/billing', ready: text(`Call of ${GUIDE}`) },
  { name: 'billing-none', path: '/billing?kind=refund', ready: text('Nothing fits these filters') },
  {
    name: 'billing-error',
    path: '/billing',
    before: failing('**/api/v1/transactions*'),
    ready: text('The transactions could not be loaded'),
  },
  { name: 'usage', path: '/usage', ready: text('Spend by day as a table') },
  {
    name: 'receipt',
    path: ({ callId }) => `/receipts/${callId}`,
    ready: text('The lines above add up to the charge exactly.'),
  },
  { name: 'receipt-unknown', path: '/receipts/req_none', ready: text('There is no receipt of such a call.') },
];

/** What operators can see. */
export const ADMINS_VIEWS: readonly View[] = [
  { name: 'admin', path: '/admin', ready: heading(/./) },
  { name: 'admin-revenue', path: '/admin/revenue', ready: heading(/./) },
  { name: 'admin-money', path: '/admin/money', ready: heading(/./) },
  { name: 'admin-reviews', path: GUIDES_REVIEWS, ready: reviewsWith('Remove') },
  { name: 'admin-rates', path: '/admin/rates', ready: heading(/./) },
];

/** Somebody who looks at pages, and what is theirs. */
export interface Viewer {
  page: Page;
  own: Own;
}

const NOTHING: Own = { chatId: '', lostChatId: '', callId: '' };

const reviewed = new WeakMap<Pages, Promise<unknown>>();

/** The model of these views has reviews of others: once for each server. */
function withReviews(pages: Pages): Promise<unknown> {
  const given = reviewed.get(pages) ?? giveReviews(pages, GUIDE, DOZEN);
  reviewed.set(pages, given);
  return given;
}

/** Opens a window as a stranger, as a member with scripted data, or as the administrator. */
export async function openViewer(
  pages: Pages,
  as: 'stranger' | 'member' | 'admin',
  options: WindowOptions,
): Promise<Viewer> {
  await withReviews(pages);
  if (as === 'member') return openMember(pages, options);
  const page = await openWatched(pages, '/theme.js', options);
  if (as === 'admin') {
    await page.request.post('/api/v1/auth/login', { data: TEST_ADMIN });
    await page.evaluate("localStorage.setItem('q.session', '1')");
  }
  return { page, own: NOTHING };
}

async function openMember(pages: Pages, options: WindowOptions): Promise<Viewer> {
  const { page, ask } = await openAsMember(pages, '/theme.js', { usd: 25, ...options });
  await ask('POST', '/api/v1/keys', { name: 'laptop', daily_limit_usd: '5.00' });
  let session: string | undefined;
  for (const message of QUESTIONS) {
    const request = { model_id: GUIDE, message, ...(session ? { session_id: session } : {}) };
    const { status, body } = await ask('POST', '/api/v1/chat', request);
    expect(status).toBe(200);
    session = body.session_id;
  }
  const lost = await ask('POST', '/api/v1/chat', { model_id: GUIDE, message: QUESTIONS[0] });
  await loseAnswer(pages, lost.body.session_id);
  const own = { rating: 4, content: 'It knows every model here, and says what each costs.' };
  expect((await ask('POST', `/api/v1/models/${GUIDE}/reviews`, own)).status).toBe(201);
  const { body } = await ask('GET', '/api/v1/usage');
  return { page, own: { chatId: session ?? '', lostChatId: lost.body.session_id, callId: body.data[0].id } };
}

/** Opens one view and waits until it stands still; afterwards call the answer, which takes back what the view changed of its window. */
export async function showView({ page, own }: Viewer, view: View): Promise<() => Promise<void>> {
  await view.before?.(page);
  await page.goto(typeof view.path === 'string' ? view.path : view.path(own));
  await view.ready(page);
  if (!view.isLoading) await nothingLoads(page);
  await page.evaluate('document.fonts.ready');
  return async () => {
    await page.context().setOffline(false);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  };
}
