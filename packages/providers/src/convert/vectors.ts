import { ProviderError } from '../spec/provider-error.ts';

const BYTES_PER_FLOAT = 4;

/**
 * Reads `count` embeddings, each a list of numbers or, as OpenAI's base64, 32-bit floats with the lowest byte first.
 * Throws ProviderError `upstream` when there are more or fewer, or one is none.
 */
export function readVectors(values: readonly unknown[], count: number): ArrayLike<number>[] {
  if (values.length !== count)
    throw new ProviderError('upstream', `The provider answered ${values.length} embeddings for ${count} inputs.`);
  return values.map((value) => {
    const vector = typeof value === 'string' ? fromBase64(value) : value;
    if (isVector(vector)) return vector;
    throw new ProviderError('upstream', 'The provider answered with an embedding that is none.');
  });
}

function isVector(value: unknown): value is ArrayLike<number> {
  if (!Array.isArray(value) && !(value instanceof Float32Array)) return false;
  // A loop, since there are millions of them in one answer.
  for (let index = 0; index < value.length; index += 1) if (!Number.isFinite(value[index])) return false;
  return value.length > 0;
}

function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const floats = new Float32Array(bytes.byteLength % BYTES_PER_FLOAT === 0 ? bytes.byteLength / BYTES_PER_FLOAT : 0);
  for (let index = 0; index < floats.length; index += 1) floats[index] = bytes.readFloatLE(index * BYTES_PER_FLOAT);
  return floats;
}
