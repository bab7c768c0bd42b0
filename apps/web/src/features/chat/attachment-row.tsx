import { X } from 'lucide-react';
import { IconButton } from '../../components/icon-button.tsx';
import type { Attachment } from './attachments.ts';
import { usePictureUrl } from './pictures.tsx';
import { t } from './strings.ts';

function Preview({ id, name }: { id: string; name: string }) {
  const { url } = usePictureUrl(id);
  if (url === null) return <span className="size-14 bg-sunken" />;
  return <img src={url} alt={name} className="size-14 object-cover" />;
}

function Item({ attachment, onDetach }: { attachment: Attachment; onDetach: () => void }) {
  const { image, name, fault } = attachment;
  return (
    <li className="flex max-w-full items-center gap-2 rounded-sm border border-line bg-canvas pr-1">
      {image ? (
        <Preview id={image.id} name={name} />
      ) : fault === null ? (
        <span className="size-14 bg-sunken motion-safe:animate-pulse" />
      ) : null}
      <span className="min-w-0 py-1 pl-1 text-meta">
        <span className="block max-w-40 truncate">{name}</span>
        {fault === null ? null : <span className="block max-w-64 text-neg">{fault}</span>}
        {image || fault !== null ? null : <span className="text-ink3">{t('attaching')}</span>}
      </span>
      <IconButton label={t('remove', { name })} onClick={onDetach}>
        <X aria-hidden="true" size={14} />
      </IconButton>
    </li>
  );
}

/** Props of `AttachmentRow`. */
export interface AttachmentRowProps {
  attachments: readonly Attachment[];
  onDetach: (attachment: Attachment) => void;
}

/** The pictures beside what is being written. */
export function AttachmentRow({ attachments, onDetach }: AttachmentRowProps) {
  if (attachments.length === 0) return null;
  return (
    <ul aria-label={t('attachedPictures')} className="flex flex-wrap gap-2">
      {attachments.map((attachment) => (
        <Item key={attachment.key} attachment={attachment} onDetach={() => onDetach(attachment)} />
      ))}
    </ul>
  );
}
