import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from './app-error.ts';
import { isPublicAddress } from './public-address.ts';
import { checkPublicUrl } from './public-url.ts';

/** The code of the error that an address is refused with, or what it was accepted as. */
function verdict(url: string): string {
  try {
    return checkPublicUrl(url, 'base_url');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.param).toBe('base_url');
    return error.code;
  }
}

/** Spellings of this machine, its network and the clouds' metadata that have passed careless checks. */
const INSIDE = [
  'https://127.0.0.1',
  'https://127.0.0.1:8443/v1',
  'https://127.1',
  'https://127.000.000.001',
  'https://2130706433',
  'https://0x7f000001',
  'https://0x7f.0.0.1',
  'https://0177.0.0.1',
  'https://017700000001',
  'https://127.0.0.1.',
  'https://%31%32%37.0.0.1',
  'https://0',
  'https://0.0.0.0',
  'https://localhost',
  'https://LOCALHOST',
  'https://localhost.',
  'https://api.localhost',
  'https://printer.local',
  'https://metadata.google.internal',
  'https://metadata.google.internal.',
  'https://router.lan',
  'https://nas.home.arpa',
  'https://redis',
  'https://redis:8443',
  'https://169.254.169.254/latest/meta-data',
  'https://2852039166',
  'https://0xA9FEA9FE',
  'https://100.100.100.200',
  'https://168.63.129.16',
  'https://10.0.0.1',
  'https://172.16.0.1',
  'https://172.31.255.255',
  'https://192.168.1.1',
  'https://100.64.0.1',
  'https://[::1]',
  'https://[::]',
  'https://[::ffff:127.0.0.1]',
  'https://[::ffff:7f00:1]',
  'https://[0:0:0:0:0:ffff:a9fe:a9fe]',
  'https://[::127.0.0.1]',
  'https://[64:ff9b::a9fe:a9fe]',
  'https://[2002:7f00:1::]',
  'https://[fe80::1]',
  'https://[fd00:ec2::254]',
  // What people try first. It must say why it is refused, not that https is missing.
  'http://localhost:11434',
  'http://127.0.0.1:11434/v1',
];

/** Not on the inside by name, but nothing to send a key to either. */
const INVALID = [
  '',
  'models.example.com',
  '//models.example.com',
  'https://',
  'https:///v1 ',
  'http://models.example.com',
  'ws://models.example.com',
  'https://models.example.com:80',
  'https://models.example.com:22',
  'https://models.example.com:6379',
  'https://user@models.example.com',
  'https://user:secret@models.example.com',
  'https://@models.example.com',
  'https://models.example.com@127.0.0.1',
  'https://127.0.0.1\\@models.example.com',
  'https:\\\\models.example.com',
  'https://models.example.com/v1?key=1',
  'https://models.example.com/v1?',
  'https://models.example.com/#v1',
  'https://models.example.com.',
  'https://models.example.com/v1\r\nx: y',
  'https://models.example\t.com',
  ' https://models.example.com',
  'https://models.example.com\u0000.internal',
  'https://１２７.0.0.1',
  'https://127。0。0。1',
  'https://mödels.example.com',
  'https://models.example.com:99999',
  'https://[::1',
];

describe('R13, R14 addresses that users give', () => {
  test.each(INSIDE)('%s is forbidden', (url) => expect(verdict(url)).toBe('forbidden'));
  test.each(INVALID)('%j is not valid', (url) => expect(verdict(url)).toBe('invalid_request'));

  test('what is accepted comes out as it will be connected to', () => {
    expect(verdict('https://models.example.com')).toBe('https://models.example.com');
    expect(verdict('HTTPS://Models.Example.com:443/V1//')).toBe('https://models.example.com/V1');
    expect(verdict('https://models.example.com:8443/a/../v1/')).toBe('https://models.example.com:8443/v1');
    expect(verdict('https://1.1.1.1/v1')).toBe('https://1.1.1.1/v1');
    expect(verdict('https://[2606:4700::1111]/v1')).toBe('https://[2606:4700::1111]/v1');
    expect(verdict('https://xn--mdels-jua.example.com')).toBe('https://xn--mdels-jua.example.com');
  });

  test('no number written as a host gets past as something else than the address it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x7f000000, max: 0x7fffffff }), fc.constantFrom(10, 16, 8), (number, base) => {
        const prefix = { 10: '', 16: '0x', 8: '0' }[base];
        expect(verdict(`https://${prefix}${number.toString(base)}/v1`)).toBe('forbidden');
      }),
    );
  });

  test('any text is either refused or an https address on a public host that reads the same a second time', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      '127.0.0.1',
      'a.example.com',
      '@',
      ':',
      '8443',
      '/',
      '[',
      ']',
      '::1',
      '.',
      '\\',
      '%2f',
      '?',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 7 }).map((all) => all.join('')),
        ),
        (text) => {
          const answer = verdict(text);
          if (answer === 'forbidden' || answer === 'invalid_request') return;
          const url = new URL(answer);
          expect([url.protocol, url.username, url.password, url.search, url.hash]).toEqual(['https:', '', '', '', '']);
          expect(isIP(url.hostname) === 0 ? url.hostname.includes('.') : isPublicAddress(url.hostname)).toBe(true);
          expect(verdict(answer)).toBe(answer);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
