import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { SENTENCE_MAX } from './assistant-search.ts';
import { CompactPicks } from './compact-picks.tsx';
import { isChatTask } from './is-chat-task.ts';
import { t } from './strings.ts';

/** Props of `AskInPicker`. */
export interface AskInPickerProps {
  /** What is being written, or was asked last. */
  task: string;
  onChoose: (modelId: string) => void;
}

function Answer({ task, onChoose }: AskInPickerProps) {
  const section = useRef<HTMLElement>(null);
  // The button that had the focus is gone.
  useEffect(() => section.current?.focus(), []);
  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-label={t('qAssistant')}
      className="max-h-[45dvh] overflow-y-auto outline-none"
    >
      <CompactPicks
        question={{ query: task, available_only: true }}
        action={(pick, analysis) =>
          isChatTask(analysis.task) ? (
            <Button onClick={() => onChoose(pick.model_id)} aria-label={t('use', { modelId: pick.model_id })}>
              {t('use2')}
            </Button>
          ) : (
            <span className="text-ink3 text-meta">{t('notAChat')}</span>
          )
        }
      />
    </section>
  );
}

/** Under the models of the chat: which of them fit what is being asked. Only those that answer here now. */
export function AskInPicker({ task, onChoose }: AskInPickerProps) {
  const [asked, setAsked] = useState<string | null>(null);
  const sentence = task.trim().slice(0, SENTENCE_MAX);
  if (asked === sentence) return <Answer task={sentence} onChoose={onChoose} />;
  return (
    <div className="flex items-center gap-x-3">
      <Button onClick={() => setAsked(sentence)}>{t('askWhichModelFits')}</Button>
      <p className="min-w-0 flex-1 truncate text-ink3 text-meta">“{sentence}”</p>
    </div>
  );
}
