import { anthropicErrorSchema } from '@q/contract/anthropic-messages';
import { ERROR_CATALOGUE, type ErrorCode } from '@q/contract/errors';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { anthropicErrorFormat } from './errors.ts';

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

describe('an error', () => {
  it.each(CODES)('%s has Anthropic’s shape and our code in it', (code) => {
    const { status, body } = anthropicErrorFormat(new AppError(code), 'req_1');
    expect(anthropicErrorSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ error: { details: { error_code: code } }, request_id: 'req_1' });
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it.each<[ErrorCode, number, string]>([
    ['invalid_request', 400, 'invalid_request_error'],
    ['unauthenticated', 401, 'authentication_error'],
    ['insufficient_balance', 402, 'billing_error'],
    ['forbidden', 403, 'permission_error'],
    ['model_retired', 404, 'not_found_error'],
    ['payload_too_large', 413, 'request_too_large'],
    ['rate_limited', 429, 'rate_limit_error'],
    ['internal_error', 500, 'api_error'],
    ['upstream_unavailable', 529, 'overloaded_error'],
  ])('%s is %i %s', (code, status, type) => {
    expect(anthropicErrorFormat(new AppError(code), 'r')).toMatchObject({ status, body: { error: { type } } });
  });

  it.each([
    ['stop', 'too many', 'stop_sequences: too many', 'stop_sequences'],
    ['reasoning_effort', 'always on', 'thinking: always on', 'thinking'],
    ['messages.0', 'messages.0: wrong', 'messages.0: wrong', 'messages.0'],
  ])('of the parameter %s names it as Anthropic does', (param, message, wanted, name) => {
    const { body } = anthropicErrorFormat(new AppError('invalid_request', { message, param }), 'r');
    expect(body).toMatchObject({ error: { message: wanted, details: { param: name } } });
  });

  it('keeps the figures that come with it', () => {
    const error = new AppError('insufficient_balance', { extra: { available_usd: '0.10' } });
    expect(anthropicErrorFormat(error, 'r').body).toMatchObject({ error: { details: { available_usd: '0.10' } } });
  });
});
