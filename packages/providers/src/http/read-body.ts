import { ProviderError } from '../spec/provider-error.ts';
import type { CallWatch } from './call-watch.ts';
import type { UpstreamAnswer } from './post-json.ts';

/** Reads a whole body as text. Throws ProviderError `upstream` when it is larger than `bytesMax`. */
export async function readBody(
  answer: UpstreamAnswer,
  watch: CallWatch,
  { bytesMax, idleMs }: { bytesMax: number; idleMs: number },
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    watch.expectWithin(idleMs);
    const chunk = await answer.read();
    if (chunk === null)
      return (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)).toString('utf8');
    size += chunk.byteLength;
    if (size > bytesMax) {
      answer.abandon();
      throw new ProviderError('upstream', 'The answer of the provider is too large.');
    }
    chunks.push(chunk);
  }
}

/** Reads the first `bytesMax` bytes of a body as text and closes the connection if there are more. */
export async function readBodyStart(
  answer: UpstreamAnswer,
  watch: CallWatch,
  { bytesMax, idleMs }: { bytesMax: number; idleMs: number },
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < bytesMax) {
    watch.expectWithin(idleMs);
    const chunk = await answer.read().catch(() => null);
    if (chunk === null) return Buffer.concat(chunks).toString('utf8');
    size += chunk.byteLength;
    chunks.push(chunk);
  }
  answer.abandon();
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
}
