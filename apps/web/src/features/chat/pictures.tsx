import type { ChatImage } from '@q/contract/sessions';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { cx } from '../../lib/cx.ts';
import { useSession } from '../../lib/session-store.ts';
import { pictureQuery } from './queries.ts';
import { t } from './strings.ts';

/** The address of a picture on this page; null until it is there. */
export function usePictureUrl(id: string): { url: string | null; failed: boolean } {
  const userId = useSession((state) => state.user?.id ?? '');
  const { data, isError } = useQuery({ ...pictureQuery(userId, id), enabled: userId !== '' });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return { url, failed: isError };
}

const SIDE_MAX = 320;

/** Its size on the page: whole, at most 320 pixels a side, so that nothing moves when it comes. */
function shownSize({ width, height }: ChatImage): { width: number; height: number } {
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  return { width: Math.max(Math.round(width * scale), 24), height: Math.max(Math.round(height * scale), 24) };
}

function Picture({ image, alt }: { image: ChatImage; alt: string }) {
  const { url, failed } = usePictureUrl(image.id);
  const size = shownSize(image);
  const frame = 'block max-w-full overflow-hidden rounded-sm border border-line bg-sunken';
  if (url === null) {
    return (
      <span style={size} className={cx(frame, 'grid place-items-center text-ink3 text-meta')}>
        {failed ? t('thePictureCouldNot') : <span className="sr-only">{t('loading', { alt })}</span>}
      </span>
    );
  }
  return (
    <a href={url} target="_blank" rel="noopener" title={t('openThePicture')} className={cx(frame, 'w-fit')}>
      <img src={url} alt={alt} {...size} className="h-auto max-w-full" />
    </a>
  );
}

/** Pictures of a message, in order. `alt` names all of them: "Picture of your message". */
export function Pictures({ images, alt }: { images: readonly ChatImage[]; alt: string }) {
  if (images.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2 pb-2">
      {images.map((image, index) => (
        <Picture key={image.id} image={image} alt={images.length === 1 ? alt : `${alt}, ${index + 1}`} />
      ))}
    </div>
  );
}
