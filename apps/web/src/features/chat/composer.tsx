import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect } from 'react';
import { Button } from '../../components/button.tsx';
import { formatCompact, formatContext, formatCostNano } from '../../lib/format.ts';
import { useMedia } from '../../lib/use-media.ts';
import { useDraft, writeDraft } from './drafts.ts';
import { contextTokens, countTokens, expectedAnswerTokens, nextCostNano } from './next-cost.ts';
import type { Chat } from './use-chat.ts';

/** Grows the field with its text, up to a part of the screen; then it scrolls. */
function useAutosize(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text changes the height that is measured
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text, field]);
}

/** About how many tokens go out with the next message, and what answer is to be expected. */
function useTokens(chat: Chat, text: string) {
  const messages = chat.messages ?? [];
  const hidden = messages.length === 0 ? countTokens(chat.parameters.system_prompt ?? '') : 0;
  return {
    context: contextTokens(messages) + hidden,
    draft: countTokens(text),
    answer: expectedAnswerTokens(messages, chat.parameters.max_tokens),
  };
}

function ContextBar({ used, total }: { used: number; total: number }) {
  const percent = Math.min((used / total) * 100, 100);
  return (
    <span className="flex items-center gap-2 max-sm:hidden">
      <span aria-hidden="true" className="block h-1.5 w-16 bg-line">
        <span className="block h-full bg-accent" style={{ width: `${percent}%` }} />
      </span>
      <span>
        <span className="sr-only">Context: </span>
        {formatCompact(used)} / {formatContext(total)}
      </span>
    </span>
  );
}

function Estimate({ chat, text }: { chat: Chat; text: string }) {
  const tokens = useTokens(chat, text);
  const nano = chat.model?.available === false ? null : nextCostNano(chat.model?.pricing, tokens);
  const total = chat.model?.context_window;
  return (
    <p className="flex min-w-0 flex-1 items-center gap-4 font-mono text-ink3 text-meta">
      {nano === null ? null : (
        <span>
          <span className="sr-only">The next message costs about </span>
          <span aria-hidden="true">next ≈ </span>
          {formatCostNano(nano)}
        </span>
      )}
      {total ? <ContextBar used={tokens.context + tokens.draft} total={total} /> : null}
    </p>
  );
}

/** The newest question of a chat. */
function lastQuestion(chat: Chat): string | null {
  return [...(chat.messages ?? [])].reverse().find(({ role }) => role === 'user')?.content ?? null;
}

/** Props of `Composer`. */
export interface ComposerProps {
  chat: Chat;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Where messages are written. What is typed is kept per chat until it is sent. */
export function Composer({ chat, field }: ComposerProps) {
  const text = useDraft(chat.id);
  const touch = useMedia('(pointer: coarse)');
  useAutosize(field, text);
  const running = chat.turn !== undefined;
  const usable = chat.modelId !== null && chat.model?.available !== false;
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends the choice of a word in another script is not a wish to send.
    if (event.nativeEvent.isComposing) return;
    const last = event.key === 'ArrowUp' && text === '' ? lastQuestion(chat) : null;
    if (event.key === 'Enter' && !event.shiftKey && !touch) {
      if (!running && usable) chat.send();
    } else if (last !== null) writeDraft(chat.id, last);
    else return;
    event.preventDefault();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (usable) chat.send();
      }}
      className="border-line border-t bg-surface pb-[max(0.5rem,env(safe-area-inset-bottom))] max-md:pb-2"
    >
      <div className="mx-auto grid w-full max-w-[872px] gap-2 px-4 pt-2.5">
        <textarea
          ref={field}
          aria-label="Message"
          rows={2}
          value={text}
          placeholder="Ask anything"
          enterKeyHint={touch ? 'enter' : 'send'}
          onChange={(event) => writeDraft(chat.id, event.target.value)}
          onKeyDown={onKeyDown}
          className="max-h-[40dvh] min-h-15 w-full resize-none rounded-md border border-line-strong bg-canvas px-3 py-2 text-ink text-read max-md:text-h3"
        />
        <div className="flex items-center gap-3">
          <Estimate chat={chat} text={text} />
          <span className="text-ink3 text-meta max-lg:hidden">
            {running ? 'Esc stops' : 'Enter sends, Shift Enter adds a line'}
          </span>
          {running ? (
            <Button onClick={chat.stop} busy={chat.turn?.stopping ?? false} className="transition-none! min-w-20">
              <Square aria-hidden="true" size={13} />
              Stop
            </Button>
          ) : (
            <Button
              type="submit"
              variant="primary"
              disabled={text.trim() === '' || !usable}
              className="transition-none! min-w-20"
            >
              <ArrowUp aria-hidden="true" size={15} />
              Send
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}
