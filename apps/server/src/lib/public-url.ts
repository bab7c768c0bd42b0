import { isIP } from 'node:net';
import { AppError } from './app-error.ts';
import { isPublicAddress } from './public-address.ts';

/** Names that never belong to the public internet. They are refused here for a clear answer; what any name leads to is checked when it is connected to. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa)$/;
const PORTS: ReadonlySet<string> = new Set(['', '8443']);
/** What the parser of URLs would repair or drop without a word, and what hides a host from a reader. */
const SUSPICIOUS = /[^\x21-\x7e]|[\\@?#]/;

/** The refusal of an address that does not lead to the public internet. */
export function notPublic(param: string): AppError {
  const message = `${param}: must be on the public internet. Only the operator can add a server of their own network.`;
  return new AppError('forbidden', { message, param });
}

/**
 * Checks an https address that a user wants requests with a secret sent to, and answers it normalized, without a slash at its end.
 * Throws AppError `invalid_request` when it is not an https address of port 443 or 8443, or holds credentials, a query or a fragment, and
 * `forbidden` when its host is not on the public internet; both on `param`. A host name is not looked up here: connect by `createPublicAgent`.
 */
export function checkPublicUrl(text: string, param: string): string {
  const invalid = (message: string) => new AppError('invalid_request', { message: `${param}: ${message}`, param });
  if (SUSPICIOUS.test(text)) {
    throw invalid('must be plain ASCII without spaces, backslashes, credentials, a query or a fragment');
  }
  if (!URL.canParse(text)) throw invalid('must be an address such as https://models.example.com/v1');
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isPublicHost(host)) throw notPublic(param);
  if (url.protocol !== 'https:') throw invalid('must begin with https://');
  if (host.endsWith('.')) throw invalid('the name must not end with a dot');
  if (!PORTS.has(url.port)) throw invalid('the port must be 443 or 8443');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function isPublicHost(host: string): boolean {
  if (isIP(host) !== 0) return isPublicAddress(host);
  const name = host.replace(/\.$/, '').toLowerCase();
  // A name of one word is completed from the search list of this network.
  return name.includes('.') && !LOCAL_NAME.test(name);
}
