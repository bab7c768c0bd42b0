import { refuse } from './refuse.ts';

/** An image of a prompt: bytes in base64, or an address the provider fetches it from. */
export type ImageSource = { mediaType: string; base64: string } | { url: string };

const DATA_URL = /^data:(image\/[a-z0-9.+-]{1,40});base64,/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads the URL of an `image_url` part. Throws ProviderError `invalid_request` for a data URL that holds no image in base64. */
export function readImageUrl(url: string): ImageSource {
  if (!url.startsWith('data:')) return { url };
  const head = DATA_URL.exec(url);
  const base64 = head === null ? '' : url.slice(head[0].length);
  if (head?.[1] === undefined || !BASE64.test(base64)) {
    refuse('messages', 'An image in a message is not a data URL of an image in base64.');
  }
  const mediaType = head[1].toLowerCase();
  return { mediaType: mediaType === 'image/jpg' ? 'image/jpeg' : mediaType, base64 };
}
