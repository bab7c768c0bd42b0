import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseReader, type SseEvent } from '../http/read-sse.ts';
import type { EventReader, StreamReader } from '../http/read-stream.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';

/** What came out of a stream before it ended or failed. */
export interface StreamOutcome {
  parts: StreamPart[];
  error: Pick<ProviderError, 'kind' | 'status' | 'message'> | null;
}

/** The bytes of a file, named from the module that asks (`import.meta.url`). */
export function fixtureOf(name: string, module: string): Buffer {
  return readFileSync(new URL(`__fixtures__/${name}`, module));
}

/** Reads bytes in the given pieces, as a provider does. Anything thrown that is no ProviderError is rethrown. */
export function readPieces(
  pieces: readonly Uint8Array[],
  reader: StreamReader,
  events: EventReader = createSseReader(),
): StreamOutcome {
  const parts: StreamPart[] = [];
  const push = (found: SseEvent[]) => {
    for (const event of found) if (!reader.isDone()) reader.push(event, parts);
  };
  try {
    for (const piece of pieces) {
      const found: SseEvent[] = [];
      events.push(piece, found);
      push(found);
    }
    const rest: SseEvent[] = [];
    events.end(rest);
    push(rest);
    reader.end(parts);
  } catch (thrown) {
    if (!(thrown instanceof ProviderError)) throw thrown;
    return { parts, error: { kind: thrown.kind, status: thrown.status, message: thrown.message } };
  }
  return { parts, error: null };
}

interface Edit {
  at: number;
  remove: number;
  insert: Uint8Array;
}

function spoil(bytes: Buffer, edits: readonly Edit[], splice: string): Buffer {
  let spoilt = bytes;
  for (const { at, remove, insert } of edits) {
    const from = at % spoilt.length;
    const pieces = [spoilt.subarray(0, from), insert, Buffer.from(splice), spoilt.subarray(from + remove)];
    spoilt = Buffer.concat(pieces);
  }
  return spoilt;
}

const SPLICES = ['', '{"__proto__":1}', '\n\n', 'data: ', '"index":-1', '[[[[', 'null', '1e400', '\\u0000'];

/** Tests that a format's reader gives the same for every cut of its fixtures, and nothing worse than a ProviderError for spoilt ones. */
export function describeAnyBytes(
  fixtures: ReadonlyMap<string, Buffer>,
  createReader: () => StreamReader,
  createEvents: () => EventReader = createSseReader,
): void {
  const read = (pieces: readonly Uint8Array[]) => readPieces(pieces, createReader(), createEvents());
  const names = [...fixtures.keys()];
  const bytesOf = (name: string): Buffer => fixtures.get(name) ?? Buffer.alloc(0);

  describe('any bytes', () => {
    it.each(names)('of %s give the same parts cut at every offset', (name) => {
      const bytes = bytesOf(name);
      const wanted = read([bytes]);
      expect(wanted.parts.length).toBeGreaterThan(0);
      for (let cut = 1; cut < bytes.length; cut += 1)
        expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(wanted);
      const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
      expect(read(single)).toEqual(wanted);
    });

    it('that were spoilt give nothing but parts with true counts or a ProviderError', () => {
      const edit = fc.record({ at: fc.nat(4_000), remove: fc.nat(30), insert: fc.uint8Array({ maxLength: 12 }) });
      const mutation = fc.record({
        name: fc.constantFrom(...names),
        edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
        splice: fc.constantFrom(...SPLICES),
      });
      fc.assert(
        fc.property(mutation, ({ name, edits, splice }) => {
          const bytes = spoil(bytesOf(name), edits, splice);
          for (const part of read([bytes]).parts) {
            if (part.type !== 'usage') continue;
            for (const count of Object.values(part.usage)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
          }
        }),
        { numRuns: 2_000 },
      );
    });
  });
}
