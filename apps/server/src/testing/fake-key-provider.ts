import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request; `key` is what came as a key, in whatever header. */
type Answering = (response: ServerResponse, key: string) => void;

function keyOf(headers: IncomingHttpHeaders): string {
  const named = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return String(named ?? headers.authorization?.replace(/^Bearer /, '') ?? '');
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answering {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A provider on loopback that is only ever asked whether a key is good. It says yes until it is told otherwise. */
export async function startFakeKeyProvider() {
  const requests: { method: string; path: string; headers: IncomingHttpHeaders; key: string }[] = [];
  const yes = json(200, { data: [{ id: 'a-model' }] });
  let answering = yes;
  const server = createServer((request, response) => {
    const key = keyOf(request.headers);
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, key });
    answering(response, key);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Every request since the last `reset`. */
    requests,
    /** How it answers from now on. */
    answer(how: Answering): void {
      answering = how;
    },
    /** Says yes again and forgets what it was asked. */
    reset(): void {
      answering = yes;
      requests.length = 0;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type FakeKeyProvider = Awaited<ReturnType<typeof startFakeKeyProvider>>;
