import { promises as dns, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { DEFAULT_DEADLINES } from '@q/providers/http/limits';
import { createUpstreamAgent } from '@q/providers/http/upstream-agent';
import { buildConnector } from 'undici';
import { isPublicAddress } from '../../lib/public-address.ts';

const DNS_TIMEOUT_MS = 2_000;
const DNS_TRIES = 2;

/** Thrown instead of connecting to an address that is not on the public internet. Its message names no address: it would tell of the inside. */
export class AddressNotPublicError extends Error {
  readonly code = 'ERR_ADDRESS_NOT_PUBLIC';

  constructor() {
    super('The address does not lead to the public internet.');
    this.name = 'AddressNotPublicError';
  }
}

/** The addresses of a name. Rejects when there are none. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/**
 * Asks DNS alone: names in the machine's own hosts file and search list are none of a user's, and a slow name server holds no thread, which
 * the machine's own look-up would.
 */
function createResolve(): Resolve {
  const resolver = new dns.Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });
  return async (hostname) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses: LookupAddress[] = [];
    if (four.status === 'fulfilled') addresses.push(...four.value.map((address) => ({ address, family: 4 })));
    if (six.status === 'fulfilled') addresses.push(...six.value.map((address) => ({ address, family: 6 })));
    if (addresses.length === 0 && four.status === 'rejected') throw four.reason;
    return addresses;
  };
}

/** A look-up for `net.connect` that fails with AddressNotPublicError when any of the addresses is not allowed: a name that leads inside and outside is an attack. */
function createGuardedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
          callback(new AddressNotPublicError(), '');
        } else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

interface Options {
  /** How names are looked up; DNS when absent. */
  resolve?: Resolve;
  /** Which addresses may be connected to; those of the public internet when absent. */
  isAllowed?: (address: string) => boolean;
}

/**
 * A pool of connections for addresses that users give. Each connection goes to an address that was checked for it, so that a name which leads
 * elsewhere the second time leads nowhere. Certificates are always checked, and no proxy of the environment is used. Close it when it is no
 * longer needed.
 */
export function createPublicAgent({ resolve = createResolve(), isAllowed = isPublicAddress }: Options = {}) {
  const lookup = createGuardedLookup(resolve, isAllowed);
  const connect = buildConnector({ timeout: DEFAULT_DEADLINES.connectMs, lookup, rejectUnauthorized: true });
  return createUpstreamAgent(DEFAULT_DEADLINES.connectMs, (target, callback) => {
    const { hostname } = target;
    // For an address that is written out no look-up is made.
    if (isIP(hostname) !== 0 && !isAllowed(hostname)) queueMicrotask(() => callback(new AddressNotPublicError(), null));
    else connect(target, callback);
  });
}
