import { describe, expect, it } from 'vitest';
import { toTransportError } from './transport-error.ts';

describe('what a failed connection means', () => {
  it.each([
    ['ECONNREFUSED', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unavailable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unavailable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unavailable'],
    ['ECONNRESET', 'upstream'],
    ['UND_ERR_SOCKET', 'upstream'],
    ['UND_ERR_HEADERS_OVERFLOW', 'upstream'],
    ['HPE_INVALID_CONSTANT', 'upstream'],
    ['UND_ERR_INVALID_ARG', 'invalid_request'],
  ])('reads %s as %s', (code, kind) => {
    expect(toTransportError(Object.assign(new Error('sk-secret'), { code }))).toMatchObject({ kind });
  });

  it('keeps nothing of the original error but its code', () => {
    const error = toTransportError(Object.assign(new Error('sk-secret'), { code: 'ECONNRESET', data: 'sk-secret' }));
    expect(error.cause).toBeUndefined();
    expect(error.message).toBe('The connection to the provider broke (ECONNRESET).');
    expect(toTransportError('sk-secret').message).toBe('The connection to the provider broke.');
    expect(toTransportError({ code: 'sk-secret' }).message).toBe('The connection to the provider broke.');
  });
});
