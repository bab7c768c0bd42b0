import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOf, safeUrl } from './safe-url.ts';

describe('safeUrl', () => {
  it.each([
    ['https://example.com/a?b=1#c', 'https://example.com/a?b=1#c'],
    ['HTTP://EXAMPLE.COM', 'http://example.com/'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
  ])('lets %s through', (url, expected) => {
    expect(safeUrl(url)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    'ftp://example.com',
    '//example.com',
    '/chat?account=keys',
    '#anchor',
    '',
    'https://',
    'https://bank.example@evil.example/',
    'streamdown:incomplete-link',
    null,
    undefined,
  ])('refuses %j', (url) => {
    expect(safeUrl(url)).toBeNull();
  });

  it('answers nothing but http, https and mailto whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `javascript:${text}`),
        ),
        (url) => {
          const safe = safeUrl(url);
          if (safe !== null) expect(['http:', 'https:', 'mailto:']).toContain(new URL(safe).protocol);
        },
      ),
    );
  });
});

describe('hostOf', () => {
  it('names the site, or the address for mail', () => {
    expect(hostOf('https://example.com:8080/path')).toBe('example.com:8080');
    expect(hostOf('mailto:ada@example.com')).toBe('ada@example.com');
  });
});
