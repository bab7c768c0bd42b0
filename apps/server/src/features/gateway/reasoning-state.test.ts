import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { boundInputTokens } from './estimate.ts';
import { isOwnedBy, PACKED_LENGTH_MAX, packPiece, piecesFor, unpackPiece, withPacked } from './reasoning-state.ts';
import { createStateCache } from './state-cache.ts';

const owner = { provider: 'google', model: 'gemini-3', own: false };
const piece = { textBefore: 3, callsBefore: 1, value: { thoughtSignature: 'é🎉' } };
const detail = (data: string) => ({ type: 'reasoning.encrypted', data });
const message = (...data: string[]) => ({ role: 'assistant' as const, reasoning_details: data.map(detail) });

describe('a packed piece', () => {
  it('is read as it was, with its owner', () => {
    expect(unpackPiece(packPiece(owner, piece))).toEqual({ owner, piece });
    expect(unpackPiece(packPiece({ provider: 'a', model: 'b' }, piece))?.owner).toEqual({ provider: 'a', model: 'b' });
  });

  it('that is none is nothing, whatever it is', () => {
    fc.assert(fc.property(fc.string(), fc.boolean(), (text, isMarked) => !unpackPiece(isMarked ? `q1.${text}` : text)));
    const wrong = Buffer.from(JSON.stringify({ p: 'google', m: 'x', t: -1, c: 0, v: {} })).toString('base64url');
    expect(unpackPiece(`q1.${wrong}`)).toBeNull();
  });

  it('that is too long is neither handed out nor read', () => {
    const long = { ...piece, value: { thoughtSignature: 'x'.repeat(PACKED_LENGTH_MAX) } };
    expect(withPacked(owner, long)).toBeNull();
    expect(unpackPiece(packPiece(owner, long))).toBeNull();
  });

  it.each([
    ['another provider', { ...owner, provider: 'anthropic' }],
    ['another model', { ...owner, model: 'gemini-4' }],
    ['another key', { ...owner, own: true }],
  ])('is not for %s', (_whose, other) => {
    const details = message(packPiece(owner, piece), packPiece(other, piece), 'of another gateway');
    expect(isOwnedBy(owner, other)).toBe(false);
    expect(piecesFor(owner, details)).toEqual([piece]);
    expect(piecesFor(other, details)).toEqual([piece]);
    expect(piecesFor({ provider: 'x', model: 'y', own: false }, details)).toEqual([]);
  });
});

it('is held for as input', () => {
  const bare = { messages: [{ role: 'assistant' as const, content: 'x'.repeat(2_000) }] };
  const reasoningState = [{ ...piece, value: { thoughtSignature: 'x'.repeat(10_000) } }];
  const laden = { messages: bare.messages.map((each) => ({ ...each, reasoningState })) };
  expect(boundInputTokens(laden) - boundInputTokens(bare)).toBeGreaterThanOrEqual(5_000);
});

describe('what is kept by tool calls', () => {
  const call = (id: string, text = '{"a":1}') => ({
    id,
    type: 'function' as const,
    function: { name: 'look', arguments: text },
  });
  const pieces = [{ ...piece, packed: 'x'.repeat(1_000_000) }];
  function cacheAt(time = { now: 0 }) {
    return createStateCache({ ...systemClock, elapsed: () => time.now });
  }

  it('is found by its caller, its model and its call, however its arguments are written', () => {
    const cache = cacheAt();
    cache.keep('me', owner, [call('one'), call('two')], pieces);
    expect(cache.find('me', owner, [call('other'), call('two', '{ "a": 1 }')])).toBe(pieces);
    expect(cache.find('you', owner, [call('one')])).toEqual([]);
    expect(cache.find('me', { ...owner, model: 'x' }, [call('one')])).toEqual([]);
    expect(cache.find('me', owner, [call('one', '{"a":2}')])).toEqual([]);
    expect(cache.find('me', owner, [])).toEqual([]);
  });

  it('is forgotten after an hour', () => {
    const time = { now: 0 };
    const cache = cacheAt(time);
    cache.keep('me', owner, [call('one')], pieces);
    time.now = 3_599_999;
    expect(cache.find('me', owner, [call('one')])).toBe(pieces);
    time.now = 3_600_000;
    expect(cache.find('me', owner, [call('one')])).toEqual([]);
  });

  it('is no more than some megabytes, the oldest forgotten first', () => {
    const cache = cacheAt();
    for (let index = 0; index < 40; index += 1) cache.keep('me', owner, [call(`c${index}`)], pieces);
    const found = Array.from({ length: 40 }, (_, index) => cache.find('me', owner, [call(`c${index}`)]).length);
    expect(found.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(found.slice(7).every((count) => count === 1)).toBe(true);
  });
});
