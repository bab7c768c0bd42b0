import type { ServerResponse } from 'node:http';

/** An answer that a handler writes by itself, past Fastify's way to one. A Fastify reply is one, too. */
export interface RawReply {
  readonly raw: ServerResponse;
  /** The headers set so far; names are in lower case. */
  getHeaders(): Record<string, number | string | string[] | undefined>;
  /** To be called before `raw` is written to. */
  hijack(): unknown;
}
