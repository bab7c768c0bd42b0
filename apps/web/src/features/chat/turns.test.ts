import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import type { ChatStream, ChatStreamEvent, ChatTurn } from '../../lib/chat-stream.ts';
import { clearDrafts, NEW_CHAT, readDraft } from './drafts.ts';
import { dismissFailure, useTurns } from './turn-state.ts';
import { createTurnRunner, type TurnRunner, type TurnSink } from './turns.ts';

/** A stream whose server is the test. */
function fakeStream() {
  const asked: ChatTurn[] = [];
  const stream: ChatStream & { asked: ChatTurn[]; say(event: ChatStreamEvent): void; closed: boolean } = {
    asked,
    closed: false,
    busy: false,
    ask: (turn) => void asked.push(turn),
    stop: vi.fn(),
    close() {
      stream.closed = true;
    },
    say: (event) => asked.at(-1)?.onEvent(event),
  };
  return stream;
}

const receipt = { model_id: 'a/b', provider: 'a', ttft_ms: 10, duration_ms: 20, usage_source: 'provider' };
const session = { type: 'session', session_id: 'ses_1', title: 'Hello', user_message_id: 'msg_1' } as const;
const done = {
  type: 'done',
  usage: { input_tokens: 5, output_tokens: 2 },
  cost_usd: '0.000412000',
  balance_usd: '4.999588000',
  message_id: 'msg_2',
  finish_reason: 'stop',
  receipt,
} as const;

let streams: ReturnType<typeof fakeStream>[];
let sink: { [Name in keyof TurnSink]: Mock<TurnSink[Name]> };
let runner: TurnRunner;

beforeEach(() => {
  clearDrafts();
  useTurns.setState({ turns: {}, failures: {}, outcomes: {} });
  streams = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 0));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => clearTimeout(id));
  sink = {
    openStream: vi.fn<TurnSink['openStream']>(() => {
      const stream = fakeStream();
      streams.push(stream);
      return stream;
    }),
    started: vi.fn<TurnSink['started']>(),
    saved: vi.fn<TurnSink['saved']>(),
    reload: vi.fn<TurnSink['reload']>(),
    balance: vi.fn<TurnSink['balance']>(),
    pending: vi.fn<TurnSink['pending']>(),
    describeCost: vi.fn((usd: string) => `$${usd}`),
  };
  runner = createTurnRunner(sink);
});

afterEach(() => vi.unstubAllGlobals());

const turnOf = (chat: string) => useTurns.getState().turns[chat];
const failureOf = (chat: string) => useTurns.getState().failures[chat];

describe('a question in a new chat', () => {
  it('moves from the new chat to its id, and leaves both messages and the balance behind', () => {
    const onStarted = vi.fn();
    runner.ask({ chat: NEW_CHAT, modelId: 'a/b', question: 'Hello', parameters: { temperature: 0.5 }, onStarted });
    const stream = streams[0]!;
    expect(stream.asked[0]!.request).toEqual({ model_id: 'a/b', message: 'Hello', parameters: { temperature: 0.5 } });
    expect(turnOf(NEW_CHAT)).toMatchObject({ question: 'Hello', questionId: null });
    stream.say(session);
    expect(turnOf(NEW_CHAT)).toBeUndefined();
    expect(turnOf('ses_1')).toMatchObject({ questionId: 'msg_1' });
    expect(onStarted).toHaveBeenCalledWith('ses_1', 'msg_1');
    expect(sink.started).toHaveBeenCalledWith('ses_1', { title: 'Hello', modelId: 'a/b', isNew: true });
    stream.say({ type: 'delta', text: 'Hi ' });
    stream.say({ type: 'delta', text: 'there' });
    stream.say(done);
    expect(turnOf('ses_1')).toBeUndefined();
    const [sessionId, { messages, parentId }] = sink.saved.mock.calls[0]!;
    expect(sessionId).toBe('ses_1');
    expect(parentId).toBeUndefined();
    expect(messages).toMatchObject([
      { id: 'msg_1', role: 'user', content: 'Hello' },
      { id: 'msg_2', role: 'assistant', content: 'Hi there', cost_usd: '0.000412000', usage: done.usage, receipt },
    ]);
    expect(sink.balance).toHaveBeenCalledWith('4.999588000');
    expect(useTurns.getState().outcomes['ses_1']).toBe('Answer complete, $0.000412000');
  });

  it('is kept for a reload under its key until the answer begins, or fails', () => {
    const asked = { chat: NEW_CHAT, modelId: 'a/b', question: 'Hello' };
    runner.ask({ ...asked, key: 'k' });
    expect(streams[0]!.asked[0]!.idempotencyKey).toBe('k');
    streams[0]!.say(session);
    streams[0]!.say(done);
    runner.ask({ ...asked, key: 'l' });
    streams[0]!.say({ type: 'error', code: 'insufficient_balance', message: 'Too low.' });
    expect(sink.pending.mock.calls.map(([request]) => request?.key)).toEqual(['k', undefined, 'l', undefined]);
  });

  it('sends no empty parameters', () => {
    runner.ask({ chat: NEW_CHAT, modelId: 'a/b', question: 'Hello', parameters: {} });
    expect(streams[0]!.asked[0]!.request).not.toHaveProperty('parameters');
  });
});

describe('text', () => {
  it('is handed on once a frame', async () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    const states: string[] = [];
    const stop = useTurns.subscribe(({ turns }) => states.push(turns['ses_1']?.answer ?? ''));
    for (const text of ['a', 'b', 'c']) streams[0]!.say({ type: 'delta', text });
    expect(states).toEqual([]);
    await expect.poll(() => states).toEqual(['abc']);
    stop();
  });

  it('keeps reasoning apart from the answer', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say({ ...session });
    streams[0]!.say({ type: 'reasoning', text: 'Hm.' });
    streams[0]!.say({ type: 'delta', text: 'Yes.' });
    streams[0]!.say(done);
    expect(sink.saved.mock.calls[0]![1].messages[1]).toMatchObject({ content: 'Yes.', reasoning: 'Hm.' });
  });
});

describe('answering again', () => {
  it('asks for another answer to the question it names', () => {
    runner.ask({ chat: 'ses_1', modelId: 'c/d', question: null, parentId: 'msg_1' });
    expect(streams[0]!.asked[0]!.request).toEqual({
      model_id: 'c/d',
      message: '',
      session_id: 'ses_1',
      parent_id: 'msg_1',
      regenerate: true,
    });
    streams[0]!.say({ ...session, user_message_id: null });
    streams[0]!.say({ type: 'delta', text: 'New' });
    streams[0]!.say({ ...done, message_id: 'msg_3' });
    expect(sink.saved.mock.calls[0]![1]).toMatchObject({ parentId: 'msg_1', messages: [{ id: 'msg_3' }] });
  });
});

describe('a question written anew', () => {
  it('names the message before it, and is not put into the composer when it is refused', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello', parentId: null, anew: true });
    expect(streams[0]!.asked[0]!.request).toMatchObject({ parent_id: null, message: 'Hello' });
    streams[0]!.say({ type: 'error', code: 'upstream_error', message: 'No.' });
    expect(failureOf('ses_1')).toMatchObject({ anew: true, answerAgain: false });
    expect(readDraft('ses_1')).toBe('');
  });
});

describe('two models at once', () => {
  it('are two turns of one chat, stopped together', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    runner.ask({ chat: 'ses_1', lane: 'second', modelId: 'c/d', question: null, parentId: 'msg_1' });
    expect(turnOf('ses_1')?.modelId).toBe('a/b');
    expect(turnOf('ses_1#second')?.modelId).toBe('c/d');
    runner.stop('ses_1');
    expect(streams.map(({ stop }) => vi.mocked(stop).mock.calls.length)).toEqual([1, 1]);
  });
});

describe('a lost connection', () => {
  it('begins the answer again when it is back, under one key', () => {
    const onAnswer = vi.fn();
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello', onAnswer });
    const stream = streams[0]!;
    expect(stream.asked[0]!.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    stream.say(session);
    stream.say({ type: 'delta', text: 'Half an' });
    stream.say({ type: 'reconnecting' });
    expect(turnOf('ses_1')).toMatchObject({ reconnecting: true });
    stream.say(session);
    expect(turnOf('ses_1')).toMatchObject({ reconnecting: false });
    stream.say({ type: 'delta', text: 'Half an answer' });
    stream.say({ ...done, replayed: true, stopped_by: 'connection' });
    expect(onAnswer.mock.calls[0]![0]).toMatchObject({ content: 'Half an answer', stopped_by: 'connection' });
  });

  it('reads the chat again when the kept answer was too long', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say(session);
    streams[0]!.say({ ...done, replayed: true, answer_kept: false });
    expect(sink.reload).toHaveBeenCalledWith('ses_1');
  });
});

describe('stopping', () => {
  it('keeps what was delivered, with its price', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say(session);
    streams[0]!.say({ type: 'delta', text: 'Half' });
    runner.stop('ses_1');
    expect(turnOf('ses_1')).toMatchObject({ stopping: true });
    expect(streams[0]!.stop).toHaveBeenCalled();
    streams[0]!.say({ ...done, stopped_by: 'person' });
    expect(sink.saved.mock.calls[0]![1].messages[1]).toMatchObject({ content: 'Half', stopped_by: 'person' });
    expect(useTurns.getState().outcomes['ses_1']).toBe('Stopped, $0.000412000');
  });

  it('before the first word is no failure: the question is back in the composer', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    runner.stop('ses_1');
    streams[0]!.say({ type: 'error', code: 'internal_error', message: 'aborted' });
    expect(failureOf('ses_1')).toBeUndefined();
    expect(readDraft('ses_1')).toBe('Hello');
  });

  it('by an empty balance is told apart from stopping by hand', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say(session);
    streams[0]!.say({ ...done, stopped_by: 'balance', finish_reason: 'length' });
    expect(sink.saved.mock.calls[0]![1].messages[1]).toMatchObject({ stopped_by: 'balance' });
  });
});

describe('failing', () => {
  it('gives the question back when it was refused, in front of what was typed since', () => {
    runner.ask({ chat: NEW_CHAT, modelId: 'a/b', question: 'Hello' });
    streams[0]!.say({
      type: 'error',
      code: 'insufficient_balance',
      message: 'The balance is too low.',
      available_usd: '0.000000000',
      needed_usd: '0.010000000',
    });
    expect(readDraft(NEW_CHAT)).toBe('Hello');
    expect(failureOf(NEW_CHAT)).toMatchObject({
      code: 'insufficient_balance',
      answerAgain: false,
      availableUsd: '0.000000000',
      neededUsd: '0.010000000',
    });
    expect(sink.saved).not.toHaveBeenCalled();
    dismissFailure(NEW_CHAT);
    expect(failureOf(NEW_CHAT)).toBeUndefined();
  });

  it('keeps what had arrived when a provider failed in mid-answer', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say(session);
    streams[0]!.say({ type: 'delta', text: 'Half' });
    streams[0]!.say({
      type: 'error',
      code: 'upstream_error',
      message: 'The provider failed.',
      message_id: 'msg_2',
      cost_usd: '0.000100000',
      balance_usd: '4.999900000',
    });
    expect(sink.saved.mock.calls[0]![1].messages).toMatchObject([
      { id: 'msg_1' },
      { id: 'msg_2', content: 'Half', finish_reason: 'error', cost_usd: '0.000100000' },
    ]);
    expect(sink.balance).toHaveBeenCalledWith('4.999900000');
    expect(failureOf('ses_1')).toMatchObject({ code: 'upstream_error', answerAgain: true });
    expect(readDraft('ses_1')).toBe('');
  });

  it('asks the server what it saved when the connection was lost', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say(session);
    streams[0]!.say({ type: 'error', code: 'connection_lost', message: 'Lost.' });
    expect(sink.reload).toHaveBeenCalledWith('ses_1');
    expect(failureOf('ses_1')).toMatchObject({ answerAgain: true });
  });

  it('is forgotten with the next question', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Hello' });
    streams[0]!.say({ type: 'error', code: 'upstream_error', message: 'No.' });
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Again' });
    expect(failureOf('ses_1')).toBeUndefined();
  });
});

describe('several chats', () => {
  it('are answered at the same time on streams of their own, which are used again', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'One' });
    runner.ask({ chat: 'ses_2', modelId: 'a/b', question: 'Two' });
    expect(streams).toHaveLength(2);
    streams[0]!.say(done);
    runner.ask({ chat: 'ses_3', modelId: 'a/b', question: 'Three' });
    expect(streams).toHaveLength(2);
    expect(Object.keys(useTurns.getState().turns)).toEqual(['ses_2', 'ses_3']);
  });

  it('take one question at a time', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'One' });
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Two' });
    expect(streams).toHaveLength(1);
    expect(turnOf('ses_1')?.question).toBe('One');
  });

  it('are all left at sign-out', () => {
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'One' });
    runner.ask({ chat: 'ses_2', modelId: 'a/b', question: 'Two' });
    streams[0]!.say(done);
    runner.forget();
    expect(streams.every((stream) => stream.closed)).toBe(true);
    expect(useTurns.getState()).toEqual({ turns: {}, failures: {}, outcomes: {} });
  });
});

describe('an answer that runs already', () => {
  const running = {
    id: 'req_1',
    model_id: 'a/b',
    question: 'Hello',
    question_id: 'msg_1',
    parent_id: 'msg_0',
    images: [],
    started_at: '2026-06-01T12:00:00.000Z',
  };
  const begin = { ...session, turn_id: 'req_1' };

  it('is followed from its beginning and stands in the chat as if it had been asked here', () => {
    const onAnswer = vi.fn();
    runner.join(running, { chat: 'ses_1', onAnswer });
    expect(streams[0]!.asked[0]!.request).toEqual({ join: { session_id: 'ses_1', turn_id: 'req_1' } });
    expect(turnOf('ses_1')).toMatchObject({
      question: 'Hello',
      questionId: 'msg_1',
      parentId: 'msg_0',
      startedAt: Date.parse(running.started_at),
    });
    streams[0]!.say(begin);
    streams[0]!.say({ type: 'delta', text: 'Hi' });
    streams[0]!.say(done);
    const [, { messages, parentId }] = sink.saved.mock.calls[0]!;
    expect(parentId).toBe('msg_0');
    expect(messages).toMatchObject([
      { id: 'msg_1', content: 'Hello', parent_id: 'msg_0' },
      { id: 'msg_2', content: 'Hi', parent_id: 'msg_1' },
    ]);
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it('is followed once, and never when it was asked here', () => {
    runner.join(running, { chat: 'ses_1' });
    streams[0]!.say(begin);
    streams[0]!.say(done);
    runner.join(running, { chat: 'ses_1' });
    expect(turnOf('ses_1')).toBeUndefined();
    runner.ask({ chat: 'ses_1', modelId: 'a/b', question: 'Again' });
    streams[0]!.say({ ...session, turn_id: 'req_2' });
    streams[0]!.say(done);
    expect([runner.isNews('req_2'), runner.isNews('req_3')]).toEqual([false, true]);
    runner.join({ ...running, id: 'req_2' }, { chat: 'ses_1' });
    expect(turnOf('ses_1')).toBeUndefined();
  });

  it('that has just ended is read, and nobody is told of a failure', () => {
    runner.join(running, { chat: 'ses_1' });
    streams[0]!.say({ type: 'error', code: 'not_found', message: 'No answer is running.' });
    expect([turnOf('ses_1'), failureOf('ses_1')]).toEqual([undefined, undefined]);
    expect(sink.reload).toHaveBeenCalledWith('ses_1');
    expect(readDraft('ses_1')).toBe('');
  });
});
