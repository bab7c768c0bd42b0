import { ProviderError } from '../spec/provider-error.ts';

/** Codes of undici and of Node's sockets that mean: the connection never stood. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EACCES',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** What TLS refuses: certificates and handshakes. */
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/;

/**
 * Says what a failed connection means. The original error is not kept as a cause: it can hold raw bytes of the provider's answer,
 * and those can hold a key.
 */
export function toTransportError(error: unknown): ProviderError {
  const code = codeOf(error);
  if (NO_CONNECTION.has(code) || TLS.test(code)) {
    return new ProviderError('unavailable', `No connection to the provider (${code}).`);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code.startsWith('HPE_')) {
    return new ProviderError('upstream', `The provider's answer is not valid HTTP (${code}).`);
  }
  if (code.startsWith('UND_ERR_INVALID') || code === 'ERR_INVALID_CHAR') {
    return new ProviderError('invalid_request', 'The request cannot be sent to the provider.');
  }
  const detail = code === '' ? '' : ` (${code})`;
  return new ProviderError('upstream', `The connection to the provider broke${detail}.`);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(error.code) ? error.code : '';
}
