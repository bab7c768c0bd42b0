import type { ChatSession } from '@q/contract/sessions';
import { t } from './strings.ts';

/** Chats under a heading: "Today", "Yesterday", "Earlier". */
export interface SessionGroup {
  name: string;
  sessions: ChatSession[];
}

const DAY_MS = 86_400_000;

/** Sorts chats, the latest first, under the days of the reader's own calendar. */
export function groupByDay(sessions: readonly ChatSession[], now: Date): SessionGroup[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups = new Map<string, ChatSession[]>();
  for (const session of sessions) {
    const at = Date.parse(session.updated_at);
    const name =
      at >= today
        ? t('today')
        : at >= today - DAY_MS
          ? t('yesterday')
          : at >= today - 7 * DAY_MS
            ? t('last7Days')
            : t('earlier');
    groups.set(name, [...(groups.get(name) ?? []), session]);
  }
  return [...groups].map(([name, members]) => ({ name, sessions: members }));
}
