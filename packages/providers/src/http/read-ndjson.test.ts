import { describe, expect, it } from 'vitest';
import { createNdjsonReader } from './read-ndjson.ts';
import type { SseEvent } from './read-sse.ts';

function read(pieces: readonly Uint8Array[], lengthMax?: number): string[] {
  const events: SseEvent[] = [];
  const reader = createNdjsonReader(lengthMax);
  for (const piece of pieces) reader.push(piece, events);
  reader.end(events);
  return events.map((event) => event.data);
}

describe('newline-delimited JSON', () => {
  it('comes out a line at a time for every cut, blank lines left out, the last line with or without its end', () => {
    const bytes = Buffer.from('{"a":"Zürich 🎉"}\r\n\n  \n{"b":1}\n{"c":2}');
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(['{"a":"Zürich 🎉"}', '{"b":1}', '{"c":2}']);
  });

  it('is handed out as soon as a line is complete', () => {
    const events: SseEvent[] = [];
    createNdjsonReader().push(Buffer.from('{"a":1}\n{"b"'), events);
    expect(events).toEqual([{ type: '', data: '{"a":1}', raw: false }]);
  });

  it.each([['{"a":"long enough"}'], ['{"a":"long enough"}\n']])(
    'with a line that is too long is a fault: %j',
    (text) => {
      expect(() => read([Buffer.from(text)], 10)).toThrow('The provider sent a line that is too long to read.');
    },
  );
});
