import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from './public-address.ts';

const byte = fc.integer({ min: 0, max: 255 });
const group = fc.integer({ min: 0, max: 0xffff });
const hex = (value: number) => value.toString(16);
const ipv4 = (...parts: number[]) => parts.join('.');

/** Random addresses of networks that are not public, by the number of their first bits. */
const INSIDE_IPV4: Record<string, fc.Arbitrary<string>> = {
  '0/8': fc.tuple(byte, byte, byte).map((rest) => ipv4(0, ...rest)),
  '10/8': fc.tuple(byte, byte, byte).map((rest) => ipv4(10, ...rest)),
  '127/8': fc.tuple(byte, byte, byte).map((rest) => ipv4(127, ...rest)),
  '100.64/10': fc.tuple(fc.integer({ min: 64, max: 127 }), byte, byte).map((rest) => ipv4(100, ...rest)),
  '169.254/16': fc.tuple(byte, byte).map((rest) => ipv4(169, 254, ...rest)),
  '172.16/12': fc.tuple(fc.integer({ min: 16, max: 31 }), byte, byte).map((rest) => ipv4(172, ...rest)),
  '192.168/16': fc.tuple(byte, byte).map((rest) => ipv4(192, 168, ...rest)),
  '198.18/15': fc.tuple(fc.integer({ min: 18, max: 19 }), byte, byte).map((rest) => ipv4(198, ...rest)),
  '224/3': fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte).map((all) => ipv4(...all)),
};

describe('R13 addresses of the public internet', () => {
  test.each(Object.entries(INSIDE_IPV4))('nothing in %s is public, in any way to write it as IPv6', (_name, inside) => {
    fc.assert(
      fc.property(inside, (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const groups = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
        expect(isPublicAddress(address)).toBe(false);
        for (const written of [
          `::ffff:${address}`,
          `::ffff:${groups}`,
          `0:0:0:0:0:FFFF:${groups.toUpperCase()}`,
          `::${address}`,
          `::${groups}`,
          `::ffff:0:${address}`,
          `64:ff9b::${address}`,
          `64:ff9b::${groups}`,
          `64:ff9b:1::${address}`,
          `2002:${groups}::1`,
        ]) {
          expect(isPublicAddress(written), written).toBe(false);
        }
      }),
    );
  });

  test('no IPv6 outside of 2000::/3 is public', () => {
    const outside = fc.tuple(
      group.filter((first) => first >> 13 !== 1),
      ...Array.from({ length: 7 }, () => group),
    );
    fc.assert(fc.property(outside, (groups) => !isPublicAddress(groups.map(hex).join(':'))));
  });

  test('a public IPv4 address is none when it is written as IPv6: it could be carried inside by a gateway', () => {
    expect(['::ffff:8.8.8.8', '::8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1'].filter(isPublicAddress)).toEqual([]);
  });

  test.each([
    '169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fe80::a9fe:a9fe',
    'fe80::1%eth0',
    '2600::1%1',
    '::',
    '::1',
    'fc00::1',
    'fd12:3456::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001::1',
    '2001:10::1',
    '2001:20::1',
    '2001:db8::1',
    '3fff::1',
    '5f00::1',
    '0.0.0.0',
    '255.255.255.255',
    '192.0.2.1',
    '192.88.99.1',
    '198.51.100.7',
    '203.0.113.7',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '168.63.129.15',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2606:4700::6810:1',
    '2a00:1450:4001::1',
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true));

  test.each(['', 'localhost', '127.1', '2130706433', '0x7f.1', '[::1]', '1.1.1.1 ', '1.1.1.256', 'example.com'])(
    '%j is no address',
    (text) => expect(isPublicAddress(text)).toBe(false),
  );
});
