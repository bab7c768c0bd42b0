import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IPv4 that is not the public internet: IANA's special-purpose registry (RFC 6890 and its successors), multicast, reserved space, and the
 * one public-looking address under which a cloud answers its own machines (Azure).
 */
const NOT_PUBLIC_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** IPv6 that is handed out for the public internet. Everything else (mapped IPv4, NAT64, unique local, link-local, multicast) is left out by this. */
const PUBLIC_IPV6 = ['2000::', 3] as const;

/** Within it, what is special or carries an IPv4 address inside: protocol assignments with Teredo, documentation, 6to4, AS112. */
const NOT_PUBLIC_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const;

function ranges(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

const notPublic4 = ranges('ipv4', NOT_PUBLIC_IPV4);
const public6 = ranges('ipv6', [PUBLIC_IPV6]);
const notPublic6 = ranges('ipv6', NOT_PUBLIC_IPV6);

/** True for an IP address (IPv6 without brackets) that belongs to the public internet. False for everything else, also for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) means that the address is one of a link.
  if (!isIPv6(address) || address.includes('%')) return false;
  return public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6');
}
