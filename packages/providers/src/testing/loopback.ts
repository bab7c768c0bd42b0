import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as it arrived. */
export interface LoopbackRequest {
  url: string;
  headers: IncomingHttpHeaders;
  text: string;
}

/** What every request is answered with; an object is sent as JSON. */
export interface LoopbackAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

export type Loopback = Awaited<ReturnType<typeof openLoopback>>;

/** A server on loopback that answers all requests alike. */
export async function openLoopback() {
  const requests: LoopbackRequest[] = [];
  let next: LoopbackAnswer = { status: 500, body: {} };
  const note = async (incoming: IncomingMessage) => {
    requests.push({ url: incoming.url ?? '', headers: incoming.headers, text: await text(incoming) });
  };
  const server = createServer((incoming, outgoing) => {
    void note(incoming).then(() => {
      const { status = 200, headers = {}, body } = next;
      outgoing.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers });
      outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(answer: LoopbackAnswer): void {
      next = answer;
    },
    /** The JSON of the last request. */
    lastJson: (): Record<string, unknown> => JSON.parse(requests.at(-1)?.text ?? 'null'),
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
