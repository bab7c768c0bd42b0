import { Dialog } from '../../components/dialog.tsx';
import { Switch } from '../../components/switch.tsx';
import { setShortcutsEnabled, useShortcutSetting } from '../../lib/use-shortcut.ts';
import { t } from './strings.ts';

interface Shortcut {
  keys: readonly string[];
  what: string;
  /** True for one that works alone, which the switch turns off. */
  single?: boolean;
}

const GROUPS: readonly { name: string; shortcuts: readonly Shortcut[] }[] = [
  {
    name: t('everywhere'),
    shortcuts: [
      { keys: ['⌘', 'K'], what: t('goToAPage') },
      { keys: ['/'], what: t('searchModels'), single: true },
      { keys: ['?'], what: t('theseKeys'), single: true },
      { keys: [t('esc')], what: t('closeAWindow') },
    ],
  },
  {
    name: t('assistant'),
    shortcuts: [
      { keys: [t('enter')], what: t('ask') },
      { keys: ['1', '2', '3'], what: t('whyThisModel'), single: true },
      { keys: ['c'], what: t('compareTheThree'), single: true },
    ],
  },
  {
    name: t('chat'),
    shortcuts: [
      { keys: [t('enter')], what: t('sendWithShiftA') },
      { keys: ['↑'], what: t('editTheLastQuestion') },
      { keys: [t('esc')], what: t('stopTheAnswer') },
      { keys: ['m'], what: t('chooseAModel'), single: true },
      { keys: ['⌘', '⇧', 'O'], what: t('newChatCtrlShift') },
    ],
  },
  {
    name: t('models'),
    shortcuts: [
      { keys: ['j', 'k'], what: t('nextAndPreviousModel'), single: true },
      { keys: [t('enter')], what: t('openTheModelIn') },
      { keys: ['x'], what: t('pickTheModelIn'), single: true },
      { keys: ['s'], what: t('keepTheModelIn'), single: true },
      { keys: ['[', ']'], what: t('anotherOrder'), single: true },
      { keys: [t('esc')], what: t('clearTheSearch') },
    ],
  },
];

function Keys({ keys }: { keys: readonly string[] }) {
  return keys.map((key) => (
    <kbd key={key} className="mr-1 rounded-sm border border-line-strong px-1.5 py-0.5 font-mono text-meta">
      {key}
    </kbd>
  ));
}

/** All keys of the product, and the switch for people whose voice or device types by itself. */
export function ShortcutsSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const enabled = useShortcutSetting((state) => state.enabled);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('keyboard')}
      className="md:w-[28rem]"
      footer={<Switch label={t('singleKeyShortcuts')} checked={enabled} onCheckedChange={setShortcutsEnabled} />}
    >
      <div className="grid gap-4 px-4 py-4">
        {GROUPS.map(({ name, shortcuts }) => (
          <section key={name} aria-label={name}>
            <h3 className="pb-1.5 font-semibold text-ui">{name}</h3>
            <dl className="grid grid-cols-[7rem_1fr] gap-y-2 text-ui">
              {shortcuts.map(({ keys, what, single }) => (
                <div key={what} className="contents">
                  <dt className={single && !enabled ? 'opacity-50' : undefined}>
                    <Keys keys={keys} />
                  </dt>
                  <dd className="text-ink2">{single && !enabled ? t('whatOff', { what }) : what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
