import { CHAT_IMAGE_LIMITS } from '@q/contract/chat-image-limits';
import { t } from './strings.ts';

/** Kinds of pictures that can be sent, as file pickers name them. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** No model sees more than this: larger pictures are made smaller, which is sooner there and costs less. */
const SIDE_MAX = 2048;
const BYTES_KEPT_AS_IS = 1_500_000;
const QUALITY = 0.85;

/** The size of a picture that fits into a square of `max` pixels, whole and never larger than it is. */
export function fitInto(max: number, { width, height }: { width: number; height: number }) {
  const scale = Math.min(1, max / Math.max(width, height));
  return { width: Math.max(Math.round(width * scale), 1), height: Math.max(Math.round(height * scale), 1) };
}

async function makeSmaller(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const size = fitInto(SIDE_MAX, bitmap);
  const isSmall = size.width === bitmap.width && file.size <= BYTES_KEPT_AS_IS;
  if (isSmall) return file;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? file), 'image/webp', QUALITY));
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(new Error(t('theFileCouldNot')));
    reader.readAsDataURL(blob);
  });
}

/** A picture as base64, made smaller when it is large. Rejects with a sentence for people when it cannot be sent. */
export async function preparePicture(file: File): Promise<string> {
  if (!PICTURE_TYPES.includes(file.type)) throw new Error(t('onlyPNGJPEGWebP'));
  // An animation would lose all but its first frame.
  const blob = file.type === 'image/gif' ? file : await makeSmaller(file).catch(() => null);
  if (!blob) throw new Error(t('thisFileIsNot'));
  if (blob.size > CHAT_IMAGE_LIMITS.bytes) throw new Error(t('aPictureCanHave'));
  return toBase64(blob);
}
