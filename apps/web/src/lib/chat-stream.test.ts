// @vitest-environment node
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type ChatStream,
  type ChatStreamEvent,
  chatStreamUrl,
  createChatStream,
  type StreamSocket,
} from './chat-stream.ts';

type Frame = Record<string, unknown>;
type Send = (frame: Frame) => void;

/** A server that speaks the chat protocol: tokens that start with "good" are let in, `onFrame` answers the rest. */
interface Peer {
  url: string;
  received: Frame[];
  sockets: WebSocket[];
  connections: number;
  onFrame: (frame: Frame, send: Send, socket: WebSocket) => void;
  close(): Promise<void>;
}

async function startPeer(): Promise<Peer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const peer: Peer = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    sockets: [],
    connections: 0,
    onFrame: () => undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
  server.on('connection', (socket) => {
    peer.connections += 1;
    peer.sockets.push(socket);
    const send: Send = (frame) => socket.send(JSON.stringify(frame));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      peer.received.push(frame);
      if (frame['type'] !== 'auth') return peer.onFrame(frame, send, socket);
      if (String(frame['token']).startsWith('good')) return send({ type: 'ready' });
      send({ type: 'error', code: 'unauthenticated', message: 'The token has ended.' });
      socket.close(1008);
    });
  });
  return peer;
}

const DONE = {
  type: 'done',
  usage: { input_tokens: 12, output_tokens: 3 },
  cost_usd: '0.000412000',
  balance_usd: '4.999588000',
  message_id: 'msg_2',
  finish_reason: 'stop',
  receipt: { model_id: 'sandbox/guide', provider: 'sandbox', ttft_ms: 12, duration_ms: 40, usage_source: 'provider' },
};

let peer: Peer;
let stream: ChatStream;
const getToken = vi.fn<(options: { force: boolean }) => Promise<string | null>>();

/** The client half of `ws` behaves like the browser's socket, but throws errors that nobody listens to. */
function connect(): StreamSocket {
  const socket = new WebSocket(peer.url);
  socket.on('error', () => undefined);
  return socket as unknown as StreamSocket;
}

beforeEach(async () => {
  peer = await startPeer();
  getToken.mockReset().mockResolvedValue('good-1');
  stream = createChatStream({ connect, getToken, resumeAfterMs: [5, 10, 10] });
});

afterEach(async () => {
  stream.close();
  await peer.close();
  vi.restoreAllMocks();
});

/** Asks and resolves with every event of the turn. */
function ask(message = 'Hello', onEvent?: (event: ChatStreamEvent) => void): Promise<ChatStreamEvent[]> {
  const events: ChatStreamEvent[] = [];
  return new Promise((resolve) => {
    stream.ask({
      request: { model_id: 'sandbox/guide', message },
      onEvent(event) {
        events.push(event);
        onEvent?.(event);
        if (event.type === 'done' || event.type === 'error') resolve(events);
      },
    });
  });
}

function answerWithText(_frame: Frame, send: Send): void {
  send({ type: 'session', session_id: 'ses_1', title: 'Hello', user_message_id: 'msg_1' });
  send({ type: 'delta', text: 'Hi ' });
  send({ type: 'delta', text: 'there' });
  send(DONE);
}

describe('one turn', () => {
  it('signs in with the first frame, then asks, and hands on every frame in order', async () => {
    peer.onFrame = answerWithText;
    const events = await ask();
    expect(peer.received).toEqual([
      { type: 'auth', token: 'good-1' },
      { type: 'message', model_id: 'sandbox/guide', message: 'Hello' },
    ]);
    expect(events.map((event) => event.type)).toEqual(['session', 'delta', 'delta', 'done']);
    expect(events.at(-1)).toEqual(DONE);
    expect(stream.busy).toBe(false);
  });

  it('keeps the socket for the next turn', async () => {
    peer.onFrame = answerWithText;
    await ask();
    await ask('Again');
    expect(peer.connections).toBe(1);
    expect(peer.received.filter((frame) => frame['type'] === 'auth')).toHaveLength(1);
  });

  it('opens a new socket when the old one has been silent for long', async () => {
    peer.onFrame = answerWithText;
    await ask();
    const later = Date.now() + 60_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    await ask('Again');
    expect(peer.connections).toBe(2);
  });

  it('refuses a second question while an answer runs', () => {
    void ask();
    expect(() => void stream.ask({ request: { model_id: 'a/b', message: 'x' }, onEvent: () => undefined })).toThrow();
  });

  it('passes over frames it cannot read and kinds it does not know', async () => {
    peer.onFrame = (_frame, send, socket) => {
      socket.send('no json');
      send({ type: 'failover', from: 'a', to: 'b' });
      send(DONE);
    };
    const events = await ask();
    expect(events.map((event) => event.type)).toEqual(['done']);
  });
});

describe('stopping', () => {
  it('tells the server once and ends with the price of what was delivered', async () => {
    peer.onFrame = (frame, send) => {
      if (frame['type'] === 'message') send({ type: 'delta', text: 'One two' });
      else send(DONE);
    };
    const events = await ask('Hello', (event) => {
      if (event.type !== 'delta') return;
      stream.stop();
      stream.stop();
    });
    expect(peer.received.filter((frame) => frame['type'] === 'stop')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'done', cost_usd: '0.000412000' });
  });

  it('sends nothing at all when stopped before the socket is ready', async () => {
    const ended = ask();
    stream.stop();
    expect((await ended).at(-1)).toMatchObject({ type: 'error', code: 'stopped' });
    expect(peer.received.some((frame) => frame['type'] === 'message')).toBe(false);
  });

  it('does nothing when no answer runs', () => {
    expect(() => stream.stop()).not.toThrow();
  });
});

describe('failing', () => {
  it('hands on a refusal with its figures', async () => {
    const refusal = {
      type: 'error',
      code: 'insufficient_balance',
      message: 'The balance is too low for this call.',
      available_usd: '0.000000000',
      needed_usd: '0.012000000',
    };
    peer.onFrame = (_frame, send) => send(refusal);
    expect(await ask()).toEqual([refusal]);
    expect(stream.busy).toBe(false);
  });

  it('says that the connection was lost in mid-answer, and opens a new one for the next turn', async () => {
    peer.onFrame = (_frame, send, socket) => {
      send({ type: 'delta', text: 'Half an' });
      setTimeout(() => socket.terminate(), 20);
    };
    const events = await ask();
    expect(events.map((event) => event.type)).toEqual(['delta', 'error']);
    expect(events.at(-1)).toMatchObject({ code: 'connection_lost' });
    peer.onFrame = answerWithText;
    expect((await ask('Again')).at(-1)?.type).toBe('done');
    expect(peer.connections).toBe(2);
  });

  it('says that the server cannot be reached', async () => {
    await peer.close();
    expect((await ask()).at(-1)).toMatchObject({ type: 'error', code: 'network' });
  });

  it('tries a new token once when the first is refused', async () => {
    getToken.mockImplementation(({ force }) => Promise.resolve(force ? 'good-2' : 'ended'));
    peer.onFrame = answerWithText;
    expect((await ask()).at(-1)?.type).toBe('done');
    expect(getToken.mock.calls).toEqual([[{ force: false }], [{ force: true }]]);
  });

  it('gives up when the new token is refused as well', async () => {
    getToken.mockResolvedValue('ended');
    expect((await ask()).at(-1)).toMatchObject({ type: 'error', code: 'unauthenticated' });
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  it('asks for a sign-in when there is no session', async () => {
    getToken.mockResolvedValue(null);
    expect((await ask()).at(-1)).toMatchObject({ type: 'error', code: 'unauthenticated' });
    expect(peer.connections).toBe(0);
  });

  it('does not blame a later turn for an earlier socket', async () => {
    peer.onFrame = answerWithText;
    await ask();
    peer.sockets[0]?.close(1001);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await ask('Again')).at(-1)?.type).toBe('done');
  });

  it('ends a running turn when the page leaves', async () => {
    const ended = ask();
    stream.close();
    expect((await ended).at(-1)).toMatchObject({ type: 'error', code: 'connection_lost' });
  });
});

describe('a turn with a key', () => {
  /** Asks under a key and resolves with every event. */
  const askOnce = (onEvent?: (event: ChatStreamEvent) => void) => {
    const events: ChatStreamEvent[] = [];
    return new Promise<ChatStreamEvent[]>((resolve) => {
      stream.ask({
        request: { model_id: 'sandbox/guide', message: 'Hello' },
        idempotencyKey: 'k1',
        onEvent(event) {
          events.push(event);
          onEvent?.(event);
          if (event.type === 'done' || event.type === 'error') resolve(events);
        },
      });
    });
  };
  const types = (events: ChatStreamEvent[]) => events.map((event) => event.type);
  const messages = () => peer.received.filter((frame) => frame['type'] === 'message');

  it('is sent again under the same key when the connection is lost, and gets the answer that was given', async () => {
    peer.onFrame = (_frame, send, socket) => {
      if (peer.connections === 1) {
        send({ type: 'delta', text: 'Half an' });
        setTimeout(() => socket.terminate(), 5);
      } else answerWithText({}, (frame) => send(frame === DONE ? { ...DONE, replayed: true } : frame));
    };
    const events = await askOnce();
    expect(types(events)).toEqual(['delta', 'reconnecting', 'session', 'delta', 'delta', 'done']);
    expect(events.at(-1)).toMatchObject({ replayed: true });
    expect(messages().map((frame) => frame['idempotency_key'])).toEqual(['k1', 'k1']);
    expect(stream.busy).toBe(false);
  });

  it('waits while the first try is still being settled', async () => {
    peer.onFrame = (_frame, send, socket) => {
      if (peer.connections === 1) socket.terminate();
      else if (messages().length === 2) send({ type: 'error', code: 'conflict', message: 'still running' });
      else answerWithText({}, send);
    };
    expect(types(await askOnce())).toEqual(['reconnecting', 'reconnecting', 'session', 'delta', 'delta', 'done']);
    expect(messages()).toHaveLength(3);
  });

  it('ends as lost after the last try, and when its answer is gone', async () => {
    peer.onFrame = (_frame, _send, socket) => socket.terminate();
    expect((await askOnce()).at(-1)).toMatchObject({ code: 'connection_lost' });
    expect(messages()).toHaveLength(4);
    const gone = { type: 'error', code: 'conflict', message: 'was charged', call_id: 'req_1' };
    peer.onFrame = (_frame, send, socket) => (messages().length === 5 ? socket.terminate() : send(gone));
    expect((await askOnce()).at(-1)).toEqual(gone);
  });

  it('is stopped as soon as the connection is back, for it goes on without it', async () => {
    peer.onFrame = (frame, send, socket) => {
      if (peer.connections === 1) socket.terminate();
      else if (frame['type'] === 'message') send({ type: 'delta', text: 'One two' });
      else send(DONE);
    };
    const events = await askOnce((event) => {
      if (event.type === 'reconnecting') stream.stop();
    });
    expect(types(events)).toEqual(['reconnecting', 'delta', 'done']);
    expect(peer.received.slice(-2).map((frame) => frame['type'])).toEqual(['message', 'stop']);
  });
});

describe('a turn that runs already', () => {
  const join = { session_id: 'ses_1', turn_id: 'req_1' };
  const follow = () =>
    new Promise<ChatStreamEvent[]>((resolve) => {
      const events: ChatStreamEvent[] = [];
      stream.ask({
        request: { join },
        onEvent(event) {
          events.push(event);
          if (event.type === 'done' || event.type === 'error') resolve(events);
        },
      });
    });

  it('is joined, and joined again when the connection is lost', async () => {
    peer.onFrame = (_frame, send, socket) => {
      if (peer.connections > 1) return answerWithText({}, send);
      send({ type: 'delta', text: 'Half an' });
      setTimeout(() => socket.terminate(), 5);
    };
    const events = await follow();
    expect(events.map(({ type }) => type)).toEqual(['delta', 'reconnecting', 'session', 'delta', 'delta', 'done']);
    expect(peer.received.filter(({ type }) => type === 'join')).toEqual([
      { type: 'join', ...join },
      { type: 'join', ...join },
    ]);
  });

  it('ends with what the server says when it runs no more', async () => {
    peer.onFrame = (_frame, send) => send({ type: 'error', code: 'not_found', message: 'No answer is running.' });
    expect(await follow()).toMatchObject([{ code: 'not_found' }]);
  });
});

describe('the address', () => {
  it('is on the page’s own host, encrypted where the page is, and bears no token', () => {
    expect(chatStreamUrl({ protocol: 'https:', host: 'q.example' })).toBe('wss://q.example/api/v1/chat/stream');
    expect(chatStreamUrl({ protocol: 'http:', host: 'localhost:3000' })).toBe('ws://localhost:3000/api/v1/chat/stream');
  });
});
