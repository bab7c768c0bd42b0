import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../spec/provider-error.ts';
import { createSseReader, type SseEvent } from './read-sse.ts';

function read(pieces: Uint8Array[], lengthMax?: number): SseEvent[] {
  const reader = createSseReader(lengthMax);
  const events: SseEvent[] = [];
  for (const piece of pieces) reader.push(piece, events);
  reader.end(events);
  return events;
}

const readText = (text: string, lengthMax?: number) => read([Buffer.from(text)], lengthMax);
const message = (data: string, type = '') => ({ type, data, raw: false });

describe('reading server-sent events', () => {
  it.each<[string, string, SseEvent[]]>([
    ['a simple event', 'data: a\n\n', [message('a')]],
    ['several data lines', 'data: a\ndata:b\ndata\n\n', [message('a\nb\n')]],
    ['one space after the colon as part of the form', 'data:  a \n\n', [message(' a ')]],
    ['names of events', 'event: error\ndata: a\n\ndata: b\n\n', [message('a', 'error'), message('b')]],
    ['comments, ids and retry times', ': c\nid: 1\nretry: 5\nid\ndata: a\n\n', [message('a')]],
    ['an event without data as nothing', 'event: ping\n\ndata: a\n\n', [message('a')]],
    ['carriage returns', 'data: a\r\rdata: b\r\r', [message('a'), message('b')]],
    ['both line ends', 'data: a\r\n\r\ndata: b\n\r\n', [message('a'), message('b')]],
    ['a byte order mark', '\ufeffdata: a\n\n', [message('a')]],
    ['a last event without its blank line', 'data: a\n\ndata: b', [message('a'), message('b')]],
    ['fields nobody knows as nothing', 'datum: a\ndata : b\ndata: c\n\n', [message('c')]],
    [
      'bare JSON as a raw event',
      'data: a\n\n{\n "error": 1\n}\n',
      [message('a'), { type: '', data: '{\n "error": 1\n}', raw: true }],
    ],
    ['bare JSON before a good event', '{"x":1}\ndata: a\n\n', [{ type: '', data: '{"x":1}', raw: true }, message('a')]],
    ['nothing', '', []],
  ])('reads %s', (_what, text, events) => {
    expect(readText(text)).toEqual(events);
  });

  it('puts a character together that was cut', () => {
    const bytes = Buffer.from('data: 世🎉\n\n');
    expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([message('世🎉')]);
  });

  it('takes a line feed at the start of a piece for the other half of a carriage return', () => {
    expect(
      read([Buffer.from('data: a\r'), Buffer.from(''), Buffer.from('\ndata: b\r'), Buffer.from('\n\r\n')]),
    ).toEqual([message('a\nb')]);
  });

  it.each([
    ['a line', `data: ${'a'.repeat(200)}`],
    ['an event of many lines', 'data: aaaaaaaaaa\n'.repeat(20)],
    ['stray text', '{aaaaaaaaaa\n'.repeat(20)],
  ])('refuses %s that is too long', (_what, text) => {
    expect(() => readText(text, 100)).toThrow(ProviderError);
  });

  it('refuses a line that never ends as soon as it is too long', () => {
    const reader = createSseReader(100);
    const piece = Buffer.from('data: aaaaaaaaaa');
    expect(() => {
      for (let count = 0; count < 20; count += 1) reader.push(piece, []);
    }).toThrow(ProviderError);
  });

  it('finds the same events wherever the bytes are cut', () => {
    const line = fc.constantFrom('data: a', 'data: é世🎉', 'event: x', ': c', '', '', '{"raw":', 'id: 1', 'data');
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        (lines, end, size) => {
          const bytes = Buffer.from(lines.join(end));
          const pieces: Uint8Array[] = [];
          for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
          expect(read(pieces)).toEqual(read([bytes]));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
