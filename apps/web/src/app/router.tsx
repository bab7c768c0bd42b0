import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { readAssistantSearch } from '../features/assistant/assistant-search.ts';
import { readCompareSearch } from '../features/compare/compare-search.ts';
import { MarketplacePage } from '../features/marketplace/marketplace-page.tsx';
import { readMarketplaceSearch } from '../features/marketplace/marketplace-search.ts';
import { readVolumeSearch } from '../features/marketplace/prompt-volume.ts';
import { parseSearch, readText, readTexts, stringifySearch } from '../lib/query-string.ts';
import { ErrorPage } from './error-page.tsx';
import { Frame } from './frame.tsx';
import { lazyPage } from './lazy-page.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** Search params of every page: `?account=<tab>` opens the account window over it. */
interface RootSearch {
  account?: string;
}

const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch => {
    const account = readText(search['account']);
    return account === undefined ? {} : { account };
  },
  component: Frame,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readAssistantSearch,
  component: lazyPage(() => import('../features/assistant/assistant-page.tsx'), 'AssistantPage'),
});

const modelsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/models' });

const catalogueRoute = createRoute({
  getParentRoute: () => modelsRoute,
  path: '/',
  validateSearch: readMarketplaceSearch,
  component: MarketplacePage,
});

/** The id of a model has slashes (`provider/model`), so it is the rest of the path. */
const modelRoute = createRoute({
  getParentRoute: () => modelsRoute,
  path: '$',
  validateSearch: readVolumeSearch,
  component: lazyPage(() => import('../features/model/model-page.tsx'), 'ModelPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/compare',
  validateSearch: readCompareSearch,
  component: lazyPage(() => import('../features/compare/compare-page.tsx'), 'ComparePage'),
});

/** One component serves `/chat` and `/chat/$sessionId`, so that opening another chat keeps the page. */
const chatRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/chat',
  // `model` starts a new chat with that model, `q` fills the composer, `m` points at a message.
  validateSearch: (search: Record<string, unknown>) => readTexts(search, ['model', 'q', 'm']),
  component: lazyPage(() => import('../features/chat/chat-page.tsx'), 'ChatPage'),
});

/** `/chat/new?m=<model>&q=<first prompt>`: a new chat with both, as other pages and sites link to it. */
const newChatRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/chat/new',
  validateSearch: (search: Record<string, unknown>) => readTexts(search, ['m', 'q']),
  beforeLoad: ({ search: { m, q, account } }) => {
    const given = { ...(m === undefined ? {} : { model: m }), ...(q === undefined ? {} : { q }) };
    throw redirect({ to: '/chat', search: { ...given, ...(account === undefined ? {} : { account }) }, replace: true });
  },
});

const chatSessionRoute = createRoute({ getParentRoute: () => chatRoute, path: '$sessionId' });

/** What a page of money is filtered by is no longer: the API refuses it. */
const FILTER_LENGTH_MAX = 200;

/** Money: what moved one's balance, filtered in the address; one call's receipt; the calls of one model or of all. */
const billingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/billing',
  validateSearch: (search: Record<string, unknown>) =>
    readTexts(search, ['kind', 'model', 'from', 'to'], FILTER_LENGTH_MAX),
  component: lazyPage(() => import('../features/money/billing-page.tsx'), 'BillingPage'),
});

const receiptRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/receipts/$callId',
  component: lazyPage(() => import('../features/money/receipt-page.tsx'), 'ReceiptPage'),
});

const usageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/usage',
  validateSearch: (search: Record<string, unknown>) => readTexts(search, ['model', 'page'], FILTER_LENGTH_MAX),
  component: lazyPage(() => import('../features/money/usage-page.tsx'), 'UsagePage'),
});

/** Where operators work; `from` and `to` are the days of the revenue report. */
const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  validateSearch: (search: Record<string, unknown>) => readTexts(search, ['from', 'to']),
  component: lazyPage(() => import('../features/administration/administration-page.tsx'), 'AdministrationPage'),
});

const adminSectionRoute = createRoute({ getParentRoute: () => adminRoute, path: '$section' });

/**
 * Addresses of the account window's rooms, and pages behind mailed and printed links. The account window does their work; the one-time token stays after the `#`,
 * where no server sees it.
 */
function accountLink<Path extends string>(path: Path, account: string) {
  return createRoute({
    getParentRoute: () => rootRoute,
    path,
    beforeLoad: ({ location }) => {
      throw redirect({ to: '/models', search: { account }, hash: location.hash, replace: true });
    },
  });
}

const routeTree = rootRoute.addChildren([
  homeRoute,
  modelsRoute.addChildren([catalogueRoute, modelRoute]),
  compareRoute,
  newChatRoute,
  chatRoute.addChildren([chatSessionRoute]),
  billingRoute,
  receiptRoute,
  usageRoute,
  adminRoute.addChildren([adminSectionRoute]),
  accountLink('/keys', 'keys'),
  accountLink('/keys/providers', 'provider-keys'),
  accountLink('/settings', 'settings'),
  accountLink('/verify-email', 'verify-email'),
  accountLink('/reset-password', 'reset-password'),
  accountLink('/admin/setup', 'admin-setup'),
]);

/** The options of every router over these routes: the pages' own, and those of embedded panels. */
export const routerOptions = {
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
} as const;

/** The routes of the product. Links and search params are checked against it by the compiler. */
export const router = createRouter({ ...routerOptions, scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
