import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { t } from './strings.ts';

/** Props of `Versions`. */
export interface VersionsProps {
  id: string;
  /** Ids of all versions, oldest first. */
  alternatives: readonly string[];
  /** What there are several of: "answer", "question". */
  what: string;
  /** True while no other version can be opened: the ways keep their focus, and do nothing. */
  disabled: boolean;
  onOpen: (id: string) => void;
}

/** The element that scrolls `element`; null when only the page does. */
function scrollerOf(element: Element): Element | null {
  let scroller = element.parentElement;
  while (scroller !== null && !/auto|scroll/.test(getComputedStyle(scroller).overflowY))
    scroller = scroller.parentElement;
  return scroller;
}

/** Keeps the pressed way where it is on the screen, and the focus on it or, at the first and the last version, on the other. */
function useSteadyWays(id: string, ways: RefObject<HTMLElement | null>) {
  const pressed = useRef<{ label: string; top: number } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another id
  useLayoutEffect(() => {
    const before = pressed.current;
    pressed.current = null;
    if (before === null || ways.current === null) return;
    const buttons = [...ways.current.querySelectorAll('button')];
    const same = buttons.find(({ ariaLabel, disabled }) => ariaLabel === before.label && !disabled);
    (same ?? buttons.find(({ disabled }) => !disabled))?.focus({ preventScroll: true });
    const scroller = scrollerOf(ways.current);
    if (scroller) scroller.scrollTop += ways.current.getBoundingClientRect().top - before.top;
  }, [id, ways]);
  return (label: string) => {
    if (ways.current) pressed.current = { label, top: ways.current.getBoundingClientRect().top };
  };
}

/** "2 / 3" with the ways to the version before and after; nothing where there is only one. */
export function Versions({ id, alternatives, what, disabled, onOpen }: VersionsProps) {
  const ways = useRef<HTMLSpanElement>(null);
  const holdPlace = useSteadyWays(id, ways);
  if (alternatives.length < 2) return null;
  const at = alternatives.indexOf(id);
  const way = (label: string, target: string | undefined) => ({
    label,
    disabled: target === undefined,
    'aria-disabled': disabled || undefined,
    onClick: () => {
      if (disabled || target === undefined) return;
      holdPlace(label);
      onOpen(target);
    },
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups two ways
    <span ref={ways} role="group" aria-label={t('versionsOfThis', { what })} className="inline-flex items-center">
      <IconButton {...way(t('previous', { what }), alternatives[at - 1])}>
        <ChevronLeft aria-hidden="true" size={15} />
      </IconButton>
      <span className="whitespace-nowrap font-mono text-ink2 text-meta">
        <span aria-hidden="true">
          {at + 1} / {alternatives.length}
        </span>
        <span className="sr-only">{t('versionOf', { at: at + 1, count: alternatives.length })}</span>
      </span>
      <IconButton {...way(t('nextWhat', { what }), alternatives[at + 1])}>
        <ChevronRight aria-hidden="true" size={15} />
      </IconButton>
    </span>
  );
}
