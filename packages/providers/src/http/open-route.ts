import type { Route } from './call.ts';
import { DEFAULT_DEADLINES, type Deadlines } from './limits.ts';
import type { UpstreamDispatcher } from './post-json.ts';
import { createUpstreamAgent } from './upstream-agent.ts';

/** Where a provider is and how long it is waited for. */
export interface RouteConfig {
  /** Absolute http(s) address; the format's own path is appended. Keys are sent there and nowhere else: redirects are not followed. */
  baseUrl: string;
  /** Sent with every call, names in lower case. */
  headers?: Record<string, string>;
  /** Where calls go out; a pool of the provider's own when absent. Who gives one closes it. */
  dispatcher?: UpstreamDispatcher;
  /** Departures from the deadlines of the format. `connectMs` holds for the provider's own pool only. */
  deadlines?: Partial<Deadlines>;
}

/** What a format says of every call, whatever is asked. */
export interface RouteFormat {
  /** Departures from `DEFAULT_DEADLINES` that the format needs. */
  deadlines?: Partial<Deadlines>;
  /** The header a key goes into. */
  keyHeader: Route['keyHeader'];
  errors: Route['errors'];
}

/** The way to one provider: `path` puts a format's path (and query) behind that of the base URL. */
export interface OpenRoute {
  route: Route;
  path(path: string): string;
  /** Resolves when the calls under way have ended and the connections are closed. */
  close(): Promise<void>;
}

/** Prepares calls of one provider; nothing is opened until the first. Throws TypeError for a base URL that is none. */
export function openRoute(config: RouteConfig, format: RouteFormat): OpenRoute {
  const deadlines: Deadlines = { ...DEFAULT_DEADLINES, ...format.deadlines, ...config.deadlines };
  const base = baseOf(config.baseUrl);
  const pool = createUpstreamAgent(deadlines.connectMs);
  const route: Route = {
    dispatcher: config.dispatcher ?? pool,
    origin: base.origin,
    headers: config.headers ?? {},
    keyHeader: format.keyHeader,
    errors: format.errors,
    deadlines,
  };
  return { route, path: base.path, close: () => pool.close() };
}

/** Origin and path of a provider; a query of the base URL goes with every call. */
function baseOf(baseUrl: string): { origin: string; path(path: string): string } {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError('The base URL of a provider begins with http:// or https://.');
  const prefix = url.pathname.replace(/\/+$/, '');
  const query = url.search.slice(1);
  return {
    origin: url.origin,
    path: (path) => `${prefix}${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`,
  };
}
