import { Agent, type buildConnector } from 'undici';
import { DEFAULT_DEADLINES } from './limits.ts';

/** A stream keeps its connection for as long as it lasts, so this also bounds the open streams to one provider. */
const CONNECTIONS_MAX = 8_192;
const KEEP_ALIVE_MS = 20_000;
const KEEP_ALIVE_MAX_MS = 60_000;

/**
 * A pool of kept-alive connections. One a provider, so that a stuck one starves no other. Close it when the provider goes. `connect` makes its
 * connections where there is more to decide than how long that may take.
 */
export function createUpstreamAgent(
  connectMs: number = DEFAULT_DEADLINES.connectMs,
  connect?: buildConnector.connector,
): Agent {
  return new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    connect: connect ?? { timeout: connectMs },
    // The call's own watch keeps the time: these would count bytes, not tokens.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
