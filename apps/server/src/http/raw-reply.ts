import type { ServerResponse } from 'node:http';

/** An answer that a handler writes by itself, past Fastify's way to one. A Fastify reply is one, too. */
export interface RawReply {
  readonly raw: ServerResponse;
  /** The headers set so far; names are in lower case. */
  getHeaders(): Record<string, number | string | string[] | undefined>;
  /** To be called before `raw` is written to. */
  hijack(): unknown;
}

/** Answers with JSON; the headers set so far are sent too. Names of headers are in lower case. */
export function writeJson(
  reply: RawReply,
  answer: { status: number; headers: Record<string, string>; body: object },
): void {
  const text = JSON.stringify(answer.body);
  reply.hijack();
  const all = reply.getHeaders();
  Object.assign(all, answer.headers);
  all['content-type'] = 'application/json; charset=utf-8';
  all['content-length'] = Buffer.byteLength(text);
  // As a list: Node.js sets the members of an object one by one before it writes them.
  const list: (number | string | string[])[] = [];
  for (const name in all) {
    const value = all[name];
    if (value !== undefined) list.push(name, value);
  }
  reply.raw.writeHead(answer.status, list as string[]);
  reply.raw.end(text);
}
