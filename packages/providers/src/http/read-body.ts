import type { CallWatch } from './call-watch.ts';
import type { UpstreamAnswer } from './post-json.ts';

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
