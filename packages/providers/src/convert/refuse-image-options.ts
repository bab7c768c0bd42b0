import type { ImageRequest } from '../spec/image-model.ts';
import { refuse } from './refuse.ts';

/** Fields of an image request that not every provider can serve, with their names in the request. */
const OPTIONS = {
  quality: 'quality',
  style: 'style',
  background: 'background',
  moderation: 'moderation',
  outputFormat: 'output_format',
  outputCompression: 'output_compression',
} as const;

/**
 * Refuses what a provider that draws one image a call, and sends it along, cannot do: more images, an address, and all options but those of `known`.
 */
export function refuseImageOptions(request: ImageRequest, known: readonly (keyof typeof OPTIONS)[] = []): void {
  if ((request.n ?? 1) > 1) refuse('n', 'This model draws one image a call.');
  if (request.responseFormat === 'url')
    refuse('response_format', 'This model sends its images along: use "b64_json", or leave it out.');
  for (const [field, name] of Object.entries(OPTIONS) as [keyof typeof OPTIONS, string][]) {
    if (request[field] !== undefined && !known.includes(field)) refuse(name, `This model does not know "${name}".`);
  }
}
