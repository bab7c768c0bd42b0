import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where a request came from, as services log and count it. */
export interface RequestContext {
  /** The address of the client, shown to people and written to the audit log. */
  ip: string;
  /** The address as limits count it: an IPv6 customer owns a whole /64. */
  addressKey: string;
  userAgent: string | null;
  requestId: string;
}

const USER_AGENT_LENGTH_MAX = 300;

/** The eight groups of an IPv6 address without its zone, or null when it is IPv4 written as IPv6. */
function ipv6Groups(address: string): string[] | null {
  const [bare = ''] = address.split('%');
  if (bare.includes('.')) return null;
  const [head = '', tail] = bare.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array<string>(missing).fill('0'), ...back].map((group) =>
    Number.parseInt(group, 16).toString(16),
  );
}

/** What limits count instead of `ip`: an IPv4 address as it is, an IPv6 address by its /64. */
export function addressKeyOf(ip: string): string {
  if (isIPv4(ip)) return ip;
  if (!isIPv6(ip)) return 'unknown';
  const groups = ipv6Groups(ip);
  if (groups === null) return ip.slice(ip.lastIndexOf(':') + 1);
  const isMapped = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Reads the origin of `request`. Reverse proxies count only as far as the server trusts them. */
export function contextOf(request: FastifyRequest): RequestContext {
  const userAgent = request.headers['user-agent'];
  return {
    ip: request.ip,
    addressKey: addressKeyOf(request.ip),
    userAgent: userAgent === undefined ? null : userAgent.slice(0, USER_AGENT_LENGTH_MAX),
    requestId: request.id,
  };
}
