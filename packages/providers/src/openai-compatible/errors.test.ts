import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorFromAnswer, errorFromObject } from './errors.ts';

const from = (status: number, body: unknown, headers = {}) =>
  errorFromAnswer({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, undefined, 0);

describe('errors of an answer', () => {
  it.each<[string, unknown, string]>([
    ['OpenAI', { error: { message: 'm', type: 't', param: null, code: null } }, 'm'],
    ['xAI', { code: 'invalid-argument', error: 'm' }, 'm'],
    ['an error as a list', { error: ['a', 'b'] }, 'a; b'],
    ['Mistral', { object: 'error', message: 'm', type: 'x', code: 1 }, 'm'],
    ['Mistral’s refusal', { detail: 'm' }, 'm'],
    ['a validator', { detail: [{ loc: ['body'], msg: 'm', type: 'x' }] }, 'm'],
    ['a list of errors', { id: '1', errors: ['a', 'b'] }, 'a; b'],
    ['Google, in a list', [{ error: { code: 400, message: 'm', status: 'X' } }], 'm'],
    ['plain text', 'just text', 'just text'],
    ['JSON that says nothing', { a: 1 }, '{"a":1}'],
    [
      'a web page',
      '<!DOCTYPE html><html><head><title> 502 Bad Gateway </title>',
      'The provider answered with a web page: 502 Bad Gateway',
    ],
    ['nothing', '', 'The provider answered with status 418 and no message.'],
  ])('has the message of %s', (_whose, body, message) => {
    expect(from(418, body).message).toBe(message);
  });

  it.each<[number, unknown, string, boolean]>([
    [400, { error: { message: 'm' } }, 'invalid_request', false],
    [400, { code: 'x', error: 'Incorrect API key provided: xa***' }, 'auth', false],
    [400, { error: { message: 'API key expired. Please renew the API key.' } }, 'auth', false],
    [401, '', 'auth', false],
    [402, '', 'auth', false],
    [403, '', 'auth', false],
    [403, { error: { message: 'm', metadata: { reasons: ['x'] } } }, 'invalid_request', false],
    [404, '', 'invalid_request', false],
    [408, '', 'timeout', true],
    [409, '', 'upstream', true],
    [413, '', 'invalid_request', false],
    [422, '', 'invalid_request', false],
    [425, '', 'upstream', true],
    [429, '', 'rate_limited', true],
    [429, { error: { message: 'm', code: 'insufficient_quota' } }, 'auth', false],
    [429, { error: { message: 'You reached your billing hard limit', type: 'billing_limit' } }, 'auth', false],
    [498, '', 'upstream', true],
    [500, '', 'upstream', true],
    [501, '', 'upstream', false],
    [503, '', 'upstream', true],
    [529, '', 'upstream', true],
    [302, '', 'upstream', false],
  ])('%i %j is %s, retryable: %s', (status, body, kind, retryable) => {
    expect(from(status, body)).toMatchObject({ kind, retryable, status });
  });

  it('names the parameter, unless it is no name', () => {
    expect(from(400, { error: { message: 'm', param: 'messages[0].role' } }).param).toBe('messages[0].role');
    expect(from(400, { error: { message: 'm', param: '<script>' } }).param).toBeNull();
  });

  it('obeys the header that says whether to try again', () => {
    expect(from(500, '', { 'x-should-retry': 'false' }).retryable).toBe(false);
    expect(from(501, '', { 'x-should-retry': 'true' }).retryable).toBe(true);
  });
});

describe('errors inside a good answer', () => {
  it.each<[unknown, object | null]>([
    [{ choices: [], error: null }, null],
    [{ id: 'x', message: 'no code, so no error' }, null],
    [[], null],
    [{ error: { message: 'm', code: 502 } }, { kind: 'upstream', status: 502 }],
    [{ error: { message: 'm', code: '429' } }, { kind: 'rate_limited' }],
    [{ error: { message: 'm', type: 'invalid_request_error' } }, { kind: 'invalid_request', status: 0 }],
    [{ error: { message: 'm', type: 'authentication_error' } }, { kind: 'auth', retryable: false }],
    [{ error: { message: 'm', type: 'timeout_error' } }, { kind: 'timeout', retryable: true }],
    [{ object: 'error', message: 'm', code: 400 }, { kind: 'invalid_request' }],
    [{ error: {} }, { message: 'The provider reported an error without a message.' }],
  ])('%j', (value, wanted) => {
    const error = errorFromObject(value, undefined);
    if (wanted === null) expect(error).toBeNull();
    else expect(error).toMatchObject(wanted);
  });

  it('never throws, whatever the body holds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (status, body) => {
          expect(from(status, body).message.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
