import { connect, type Socket } from 'node:net';

/** One answer, as far as the load generator looks at it. */
export interface Answer {
  status: number;
  head: string;
  body: string;
  /** When the first event of a stream came (performance.now()); null where there was none. */
  firstEventAt: number | null;
}

/** A kept-alive connection that carries one request at a time. */
export interface Connection {
  /** Sends a request; `done` is called once, with null when the connection broke. */
  ask(request: string, done: (answer: Answer | null) => void): void;
  close(): void;
  readonly isBroken: boolean;
}

const HEAD_END = '\r\n\r\n';
const CHUNKED_END = '0\r\n\r\n';
const EVENT = 'data: ';

/**
 * Reads HTTP/1.1 answers straight from a socket: as little work as possible, since the generator shares a core with the upstream.
 * Knows `content-length` and chunked bodies, which is all that gateways send.
 */
export function openConnection(port: number, onOpen: () => void): Connection {
  let done: ((answer: Answer | null) => void) | null = null;
  let text = '';
  let bodyAt = -1;
  let length = -1;
  let firstEventAt: number | null = null;
  let isBroken = false;

  const finish = (answer: Answer | null) => {
    const waiting = done;
    done = null;
    text = '';
    bodyAt = length = -1;
    firstEventAt = null;
    waiting?.(answer);
  };
  const readHead = () => {
    const end = text.indexOf(HEAD_END);
    if (end === -1) return;
    bodyAt = end + HEAD_END.length;
    length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? -1);
  };
  const onData = (bytes: Buffer) => {
    text += bytes.toString('latin1');
    if (bodyAt === -1) readHead();
    if (bodyAt === -1) return;
    if (firstEventAt === null && length === -1 && text.indexOf(EVENT, bodyAt) !== -1) firstEventAt = performance.now();
    const isWhole =
      length === -1
        ? bytes.toString('latin1', bytes.length - CHUNKED_END.length) === CHUNKED_END
        : text.length >= bodyAt + length;
    if (!isWhole) return;
    finish({
      status: Number(text.slice(9, 12)),
      head: text.slice(0, bodyAt),
      body: text.slice(bodyAt),
      firstEventAt,
    });
  };
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, onOpen);
  socket.on('data', onData);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isBroken = true;
    finish(null);
  });
  return {
    ask(request, onAnswer) {
      done = onAnswer;
      socket.write(request, 'latin1');
    },
    close: () => socket.destroy(),
    get isBroken() {
      return isBroken;
    },
  };
}
