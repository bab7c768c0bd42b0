import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import type { Call } from './call.ts';
import { type Deadlines, STREAM_BYTES_MAX } from './limits.ts';
import type { UpstreamAnswer } from './post-json.ts';
import type { SseEvent } from './read-sse.ts';

/** Cuts the bytes of one stream into events. Both functions append to the array given and throw ProviderError for what is too long. */
export interface EventReader {
  push(bytes: Uint8Array, events: SseEvent[]): void;
  /** Appends what the end of the stream completes. */
  end(events: SseEvent[]): void;
}

/** Turns the events of one stream into parts. Both functions append to the array given and throw ProviderError for faults. */
export interface StreamReader {
  /** True once the provider has said that the stream is over: what follows is not read. */
  isDone(): boolean;
  push(event: SseEvent, out: StreamPart[]): void;
  /** Ends the stream; throws when it was cut. */
  end(out: StreamPart[]): void;
}

interface OpenStream {
  answer: UpstreamAnswer;
  call: Call;
  deadlines: Deadlines;
  events: EventReader;
  reader: StreamReader;
}

/**
 * The parts of a stream whose headers have arrived. Reads only while it is asked for parts, so that a slow reader slows the provider down.
 * Parts that came before a fault are handed out first; then ProviderError is thrown. Ending the iteration early closes the connection.
 */
export function readStream(stream: OpenStream): AsyncIterable<StreamPart> {
  const generated = generate(stream);
  const batches: AsyncIterator<StreamPart[]> = {
    next: () => generated.next(),
    // A generator that waits, or never began, would not hear of it: the connection is closed from outside.
    return: async () => {
      stream.call.watch.cancel();
      return generated.return(undefined);
    },
  };
  const parts = oneByOne(batches);
  return { [Symbol.asyncIterator]: () => parts };
}

/** The parts of batches: those that came together cost no turn of the generator each. */
function oneByOne(batches: AsyncIterator<StreamPart[]>): AsyncIterator<StreamPart> {
  let batch: StreamPart[] = [];
  let at = 0;
  const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
  return {
    async next() {
      if (at === batch.length) {
        const next = await batches.next();
        if (next.done) return over;
        batch = next.value;
        at = 0;
      }
      const value = batch[at];
      at += 1;
      return value === undefined ? over : { done: false, value };
    },
    async return() {
      batch = [];
      at = 0;
      await batches.return?.();
      return over;
    },
  };
}

async function* generate({
  answer,
  call,
  deadlines,
  events,
  reader,
}: OpenStream): AsyncGenerator<StreamPart[], undefined> {
  const { watch } = call;
  const batches = createBatchReader(answer, events, reader);
  let isComplete = false;
  watch.expectWithin(Math.max(1, deadlines.firstTokenMs - watch.elapsedMs()));
  try {
    for (;;) {
      const batch = await batches.next();
      if (batch.parts.length > 0) {
        watch.rest();
        yield batch.parts;
        watch.expectWithin(deadlines.idleMs);
      }
      if (batch.failure !== null) throw batch.failure;
      if (batch.isLast) break;
    }
    isComplete = true;
  } catch (error) {
    throw watch.failureOf(error);
  } finally {
    if (isComplete) {
      watch.end();
      answer.release();
    } else watch.cancel();
  }
}

interface Batch {
  parts: StreamPart[];
  /** Thrown after the parts; null when nothing went wrong. */
  failure: unknown;
  isLast: boolean;
}

function createBatchReader(answer: UpstreamAnswer, events: EventReader, stream: StreamReader) {
  let received = 0;

  const read = async (batch: Batch, found: SseEvent[]) => {
    const bytes = await answer.read();
    if (bytes === null) events.end(found);
    else {
      received += bytes.byteLength;
      if (received > STREAM_BYTES_MAX)
        throw new ProviderError('upstream', 'The provider sent more than a stream may hold.');
      events.push(bytes, found);
    }
    batch.isLast = bytes === null;
  };
  return {
    /** The parts of the next piece of the body. Never rejects. */
    async next(): Promise<Batch> {
      const batch: Batch = { parts: [], failure: null, isLast: false };
      const found: SseEvent[] = [];
      try {
        await read(batch, found);
      } catch (error) {
        batch.failure = error;
      }
      try {
        for (const event of found) stream.push(event, batch.parts);
        if (stream.isDone()) {
          batch.isLast = true;
          batch.failure = null;
        }
        if (batch.isLast) stream.end(batch.parts);
      } catch (error) {
        batch.failure = error;
      }
      return batch;
    },
  };
}
