import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { create } from 'zustand';
import { IconButton } from '../../components/icon-button.tsx';
import { toast } from '../../components/toast-store.ts';
import { api } from '../../lib/api-client.ts';
import { t } from './strings.ts';

type Kind = 'up' | 'down' | 'none' | 'copied' | 'regenerated';

/** Tells what somebody thinks of an answer; rejects with `ApiError`. */
function tell(messageId: string, kind: Kind): Promise<unknown> {
  return api('/api/v1/feedback', { method: 'POST', body: { message_id: messageId, kind } });
}

/** Tells what somebody did with an answer, beside the matter: when that fails nothing is lost and nothing said. */
export function tellQuietly(messageId: string, kind: 'copied' | 'regenerated'): void {
  void tell(messageId, kind).catch(() => undefined);
}

type Thumb = 'up' | 'down' | null;

/** Marks that were given on this page, by message: the chat that was read before them does not know them. */
const useGiven = create<Record<string, Thumb>>()(() => ({}));

/** A good or a bad mark for an answer; the same again takes it back. `kept` is the mark it had when the chat was read. */
export function Thumbs({ messageId, kept }: { messageId: string; kept: Thumb }) {
  const here = useGiven((all) => all[messageId]);
  const given = here === undefined ? kept : here;
  const setGiven = (thumb: Thumb) => useGiven.setState({ [messageId]: thumb });
  const give = async (kind: 'up' | 'down') => {
    const before = given;
    const next = given === kind ? null : kind;
    setGiven(next);
    try {
      await tell(messageId, next ?? 'none');
    } catch (error) {
      setGiven(before);
      toast(t('notSaved', { why: error instanceof Error ? error.message : t('tryAgain') }), { tone: 'bad' });
    }
  };
  const fill = (kind: 'up' | 'down') => (given === kind ? 'currentColor' : 'none');
  return (
    <>
      <IconButton label={t('goodAnswer')} aria-pressed={given === 'up'} onClick={() => void give('up')}>
        <ThumbsUp aria-hidden="true" size={15} fill={fill('up')} />
      </IconButton>
      <IconButton label={t('badAnswer')} aria-pressed={given === 'down'} onClick={() => void give('down')}>
        <ThumbsDown aria-hidden="true" size={15} fill={fill('down')} />
      </IconButton>
    </>
  );
}
