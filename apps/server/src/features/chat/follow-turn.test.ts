import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { followTurn, type Outlet } from './follow-turn.ts';
import { ALONE_MAX_MS, createRunningTurn, createRunningTurns, type RunningTurn } from './running-turns.ts';

type Frame = { type: string; text?: string };

const caller = { userId: 'usr_1', role: 'user', sessionId: 'ses', apiKey: null } as const;
const start = { id: 'req_1', caller, modelId: 'a/one', once: null };
const question = { id: 'msg_1', parentId: null, content: 'Hello', images: [], isNew: true };
const DONE = { type: 'done' };

const newTurn = (clock = createFakeClock()) => createRunningTurn(start, clock);

/** A reader whose socket takes nothing while it is `stuck`. */
function reader() {
  const frames: Frame[] = [];
  let backlog = 0;
  let written: (() => void)[] = [];
  let ended = 0;
  const state = { stuck: false };
  const outlet: Outlet = {
    send(frame, done) {
      frames.push(frame as Frame);
      if (!state.stuck) return;
      backlog += JSON.stringify(frame).length;
      written.push(done);
    },
    backlog: () => backlog,
  };
  return {
    frames,
    state,
    follow: (turn: RunningTurn) =>
      followTurn(turn, outlet, () => {
        ended += 1;
      }),
    backlog: () => backlog,
    ended: () => ended,
    /** Everything is written. */
    drain(): void {
      state.stuck = false;
      backlog = 0;
      const waiting = written;
      written = [];
      for (const done of waiting) done();
    },
    text: (type = 'delta') =>
      frames
        .filter((frame) => frame.type === type)
        .map(({ text }) => text)
        .join(''),
  };
}

describe('following a turn', () => {
  test('gives everybody the whole of it in order, whenever they join, and ends once', () => {
    const part = fc.record({ type: fc.constantFrom('delta' as const, 'reasoning' as const), text: fc.string() });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(30), { maxLength: 4 }), (parts, joinAt) => {
        const turn = newTurn();
        const readers = joinAt.map((at) => ({ at, ...reader() }));
        const early = reader();
        early.follow(turn);
        turn.begin({ type: 'session' });
        for (const [index, { type, text }] of parts.entries()) {
          for (const each of readers.filter(({ at }) => at === index)) each.follow(turn);
          turn.say(type, text);
        }
        turn.end(DONE);
        for (const each of readers.filter(({ at }) => at >= parts.length)) each.follow(turn);
        for (const each of [early, ...readers]) {
          expect([each.frames[0], each.frames.at(-1), each.ended()]).toEqual([{ type: 'session' }, DONE, 1]);
          const order = (frames: readonly Frame[]) => {
            const runs: Frame[] = [];
            for (const { type, text = '' } of frames) {
              if (runs.at(-1)?.type === type) runs.at(-1)!.text += text;
              else if (text !== '') runs.push({ type, text });
            }
            return runs;
          };
          expect(order(each.frames.slice(1, -1))).toEqual(order(parts));
        }
      }),
    );
  });

  test('hands on a piece as it comes', () => {
    const turn = newTurn();
    const one = reader();
    one.follow(turn);
    turn.begin({ type: 'session' });
    for (const text of ['a', 'b', 'c']) turn.say('delta', text);
    expect(one.frames.slice(1)).toEqual(['a', 'b', 'c'].map((text) => ({ type: 'delta', text })));
  });

  test('a refusal is the only frame of a turn that never began', () => {
    const turn = newTurn();
    const one = reader();
    one.follow(turn);
    turn.end({ type: 'error' });
    turn.end(DONE);
    expect(one.frames).toEqual([{ type: 'error' }]);
  });

  test('a reader that takes nothing holds up nobody and gathers no more than its share', () => {
    const turn = newTurn();
    const slow = reader();
    const quick = reader();
    slow.state.stuck = true;
    slow.follow(turn);
    quick.follow(turn);
    turn.begin({ type: 'session' });
    const piece = 'x'.repeat(1_000);
    for (let sent = 0; sent < 2_000; sent += 1) turn.say('delta', piece);
    turn.end(DONE);
    expect(quick.ended()).toBe(1);
    expect([slow.ended(), slow.backlog() < 300 * 1024]).toEqual([0, true]);
    slow.drain();
    expect(slow.text()).toBe(piece.repeat(2_000));
    expect(slow.ended()).toBe(1);
  });

  test('many small pieces are kept as few', () => {
    const turn = newTurn();
    for (let sent = 0; sent < 100_000; sent += 1) turn.say('delta', 'ab');
    expect(turn.pieces.length).toBeLessThan(50);
  });

  test('whoever has left gets nothing more', () => {
    const turn = newTurn();
    const one = reader();
    const leave = one.follow(turn);
    leave();
    turn.say('delta', 'a');
    turn.end(DONE);
    expect([one.frames, one.ended()]).toEqual([[], 0]);
  });
});

describe('a turn that nobody follows', () => {
  test('goes on for ten minutes, and for good when somebody joins again', () => {
    const clock = createFakeClock();
    const turn = newTurn(clock);
    const [first, second] = [reader(), reader()];
    const leave = first.follow(turn);
    const leaveToo = second.follow(turn);
    leave();
    clock.advance(2 * ALONE_MAX_MS);
    expect(turn.signal.aborted).toBe(false);
    leaveToo();
    clock.advance(ALONE_MAX_MS - 1);
    const again = reader().follow(turn);
    clock.advance(2 * ALONE_MAX_MS);
    expect(turn.signal.aborted).toBe(false);
    again();
    clock.advance(ALONE_MAX_MS);
    expect(turn.signal.aborted).toBe(true);
  });
});

describe('the running turns of a process', () => {
  test('are known by person and conversation, as long as they run', async () => {
    const turns = createRunningTurns({ clock: createFakeClock() });
    await turns.idle();
    const turn = turns.begin({ ...start, once: { userId: 'usr_1', key: 'k', fingerprint: Buffer.of(1) } });
    expect(turns.shown('usr_1', 'ses_1')).toEqual([]);
    turn.prepare('ses_1', question);
    expect(turns.shown('usr_1', 'ses_1')).toMatchObject([
      { id: 'req_1', model_id: 'a/one', question: 'Hello', question_id: null, parent_id: null },
    ]);
    turn.begin({ type: 'session' });
    expect(turns.shown('usr_1', 'ses_1')[0]?.question_id).toBe('msg_1');
    expect(turns.find('usr_1', 'ses_1', undefined)).toBe(turn);
    expect([turns.find('usr_2', 'ses_1', 'req_1'), turns.find('usr_1', 'ses_1', 'req_2')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(turns.underKey({ userId: 'usr_1', key: 'k', fingerprint: Buffer.of(1) })).toBe(turn);
    expect(turns.underKey({ userId: 'usr_2', key: 'k', fingerprint: Buffer.of(1) })).toBeUndefined();
    const idle = { yet: false };
    const waiting = turns.idle().then(() => {
      idle.yet = true;
    });
    turn.end(DONE);
    expect([turns.shown('usr_1', 'ses_1'), turns.find('usr_1', 'ses_1', undefined), idle.yet]).toEqual([
      [],
      undefined,
      false,
    ]);
    turns.remove(turn);
    await waiting;
  });

  test('name the question that is answered again', () => {
    const turns = createRunningTurns({ clock: createFakeClock() });
    turns.begin(start).prepare('ses_1', { ...question, isNew: false });
    expect(turns.shown('usr_1', 'ses_1')).toMatchObject([{ question: null, question_id: null, parent_id: 'msg_1' }]);
  });
});
