import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { inputClass } from '../../components/text-field-class.ts';
import { cx } from '../../lib/cx.ts';
import type { Command } from './match-commands.ts';
import { t } from './strings.ts';
import { useCommands } from './use-commands.ts';

/** Props of `CommandPalette`. */
export interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

interface OptionProps {
  id: string;
  command: Command;
  active: boolean;
  onRun: () => void;
}

function Option({ id, command, active, onRun }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard works through the field, which owns this list
    <div
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      onClick={onRun}
      className={cx(
        'flex min-h-control cursor-pointer items-center gap-3 px-4 py-1 text-ui hover:bg-sunken',
        active && 'bg-accent-weak',
      )}
    >
      <span className="min-w-0 flex-1 truncate">{command.label}</span>
      {command.hint ? <span className="max-w-40 truncate font-mono text-ink2 text-meta">{command.hint}</span> : null}
    </div>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

function PaletteList({
  open,
  onOpenChange,
  field,
}: CommandPaletteProps & { field: React.RefObject<HTMLInputElement | null> }) {
  const listId = useId();
  const [text, setText] = useState('');
  const [activeId, setActiveId] = useState<string | null>(null);
  const groups = useCommands(text.trim(), open);
  const commands = groups.flatMap((group) => group.commands);
  const active = commands.find(({ id }) => id === activeId) ?? commands[0];
  const optionId = (id: string) => `${listId}-${id}`;
  useEffect(() => {
    if (open && active) document.getElementById(`${listId}-${active.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [open, active, listId]);
  useEffect(() => {
    if (open) return;
    setText('');
    setActiveId(null);
  }, [open]);
  const run = (command: Command) => {
    onOpenChange(false);
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      const at = active ? commands.indexOf(active) : -1;
      setActiveId(commands[Math.min(Math.max(at + step, 0), commands.length - 1)]?.id ?? null);
    } else if (event.key === 'Enter' && active) run(active);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="sticky top-0 z-10 border-line border-b bg-surface px-4 py-2.5">
        <input
          ref={field}
          role="combobox"
          aria-label={t('searchEverything')}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={active ? optionId(active.id) : undefined}
          autoComplete="off"
          placeholder={t('aPageAModel')}
          className={inputClass}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActiveId(null);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div role="listbox" id={listId} aria-label={t('everything')} className="pb-2">
        {groups.map(({ name, commands: members }) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups options
          <div key={name} role="group" aria-label={name}>
            <p aria-hidden="true" className="px-4 pt-3 pb-1 font-medium text-ink3 text-micro">
              {name}
            </p>
            {members.map((command) => (
              <Option
                key={command.id}
                id={optionId(command.id)}
                command={command}
                active={command === active}
                onRun={() => run(command)}
              />
            ))}
          </div>
        ))}
      </div>
      <p role="status" className="px-4 pb-3 text-ink2 text-ui empty:hidden">
        {commands.length === 0 ? t('nothingAnswersTo', { text: text.trim() }) : ''}
      </p>
    </>
  );
}

/** Everything at one's fingertips: pages, models, chats, messages and actions, by typing a part of their name. */
export function CommandPalette(props: CommandPaletteProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={t('goTo')}
      initialFocus={field}
      className="max-md:h-[85dvh] md:h-[min(32rem,100dvh-4rem)] md:w-[36rem]"
    >
      <PaletteList {...props} field={field} />
    </Dialog>
  );
}
