// The yardstick: the least a proxy in Node.js can do. Bytes in, bytes out, over kept-alive connections; it knows no caller and no money.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, type Dispatcher } from 'undici';

const origin = process.argv[2] ?? '';
const agent = new Agent({ connections: 1_024, pipelining: 1, keepAliveTimeout: 20_000 });
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host', 'content-length']);

function withoutHopByHop(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
}

function pass(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart(_controller, status, headers) {
      const kept = withoutHopByHop(headers);
      const length = headers['content-length'];
      if (length !== undefined) kept['content-length'] = length;
      response.writeHead(status, kept);
    },
    onResponseData: (_controller, chunk) => void response.write(chunk),
    onResponseEnd: () => void response.end(),
    onResponseError: () => void response.destroy(),
  };
  agent.dispatch(
    { origin, path: request.url ?? '/', method: 'POST', headers: withoutHopByHop(request.headers), body },
    handler,
  );
}

const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => void pieces.push(piece));
  request.on('end', () =>
    pass(request, response, pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces)),
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening on ${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('disconnect', () => process.exit(0));
