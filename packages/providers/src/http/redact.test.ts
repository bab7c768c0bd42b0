import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

const SECRET = 'Zq7_odd.key/with+chars=9876';

describe('making a provider’s text safe', () => {
  it.each([
    ['the key in use', `bad key ${SECRET}!`, 'bad key [redacted]!'],
    ['the key in use, encoded for a URL', `?q=${encodeURIComponent(SECRET)}`, '?q=[redacted]'],
    ['the start of the key in use', `bad key ${SECRET.slice(0, 14)}…`, 'bad key [redacted]'],
    ['a key of OpenAI', 'provided: sk-proj-abc***wxyz.', 'provided: [redacted]'],
    ['a key of Google', 'key AIzaSyA1234567890abcdef here', 'key [redacted] here'],
    ['a key of Hugging Face', 'token hf_abcdefghijkl', 'token [redacted]'],
    ['a bearer token', 'got Bearer abc.def-123', 'got [redacted]'],
    ['a signed token', 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end', 'jwt [redacted] end'],
    ['a key in an address', 'GET /v1?key=abc123&alt=sse', 'GET /v1?key=[redacted]&alt=sse'],
    ['a masked key', 'Your api key: ****-key is invalid', 'Your api key: [redacted] is invalid'],
  ])('removes %s', (_what, text, wanted) => {
    expect(redact(text, SECRET)).toBe(wanted);
  });

  it('leaves ordinary words alone', () => {
    const text =
      "Unsupported parameter: 'max_tokens' is not supported with gpt-5-mini. See task-list, risk-based limits and hf-models.";
    expect(redact(text, SECRET)).toBe(text);
  });

  it('makes one printable line of at most 500 characters', () => {
    expect(redact('a\u0000\u001b[31m\r\nb\u202ec', undefined)).toBe('a [31m b c');
    expect(redact('word '.repeat(1_000), undefined)).toHaveLength(500);
  });

  it('never lets the key through, whatever surrounds it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string({ minLength: 16, maxLength: 60, unit: fc.constantFrom(...'abcXYZ0189-_') }),
        (before, after, key) => {
          expect(redact(`${before}${key}${after}`, key)).not.toContain(key);
        },
      ),
    );
  });

  it('takes no longer for hostile text', () => {
    const started = performance.now();
    for (const unit of ['a', '*', '-eyJ', 'sk-', ' ', 'Bearer ']) redact(unit.repeat(100_000), SECRET);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
