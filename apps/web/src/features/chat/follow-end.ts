/** So near its end the reader counts as being there: a line or two. */
const NEAR_PX = 70;
/** What scrolls up within this time of a key, a wheel or a touch is the reader's doing. */
const READER_MS = 300;
const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);
const WRITES = 'input, textarea, select, [contenteditable]';

/** What `followEnd` gives. */
export interface EndFollower {
  /** Goes to the end and follows it from now on. */
  toEnd(): void;
  /** Follows no more, until the reader comes back to the end. */
  leave(): void;
  /** Listens no more. */
  stop(): void;
}

/** Whether something between `target` and `scroller` takes a wheel that turns up for itself. */
function isTakenInside(target: EventTarget | null, scroller: Element): boolean {
  let element = target instanceof Element ? target : null;
  while (element !== null && element !== scroller) {
    if (element.scrollTop > 0 && /auto|scroll/.test(getComputedStyle(element).overflowY)) return true;
    element = element.parentElement;
  }
  return false;
}

/** Knows what the reader does with `scroller`: whether they hold or have just moved it. */
function watchReader(scroller: HTMLElement, { signal }: { signal: AbortSignal }) {
  const options = { passive: true, signal };
  let isHeld = false;
  /** Whether keys that nothing else takes go to the scroller: the last press was on it. */
  let hasKeys = false;
  let actedAt = Number.NEGATIVE_INFINITY;
  const act = () => {
    actedAt = performance.now();
  };
  const hold = ({ target }: Event) => {
    hasKeys = target instanceof Node && scroller.contains(target);
    isHeld = hasKeys;
  };
  const release = () => {
    if (isHeld) act();
    isHeld = false;
  };
  for (const type of ['wheel', 'touchmove'] as const) scroller.addEventListener(type, act, options);
  for (const type of ['mousedown', 'touchstart'] as const) window.addEventListener(type, hold, options);
  for (const type of ['mouseup', 'touchend', 'touchcancel', 'blur'] as const)
    window.addEventListener(type, release, options);
  // A mouse that lets a scroll bar go does not always say so.
  window.addEventListener('mousemove', ({ buttons }) => buttons === 0 && release(), options);
  return {
    act,
    isHeld: () => isHeld,
    isActive: () => isHeld || performance.now() - actedAt < READER_MS,
    /** Whether a key pressed on `target` moves the scroller. */
    types(target: EventTarget | null) {
      if (!(target instanceof Element)) return false;
      return scroller.contains(target) ? !target.matches(WRITES) : hasKeys && target.contains(scroller);
    },
  };
}

/**
 * Keeps `scroller` at its end while `content` grows, until the reader turns away from it. What grew is scrolled to before it is painted, so nothing jumps.
 * Content that shrinks, or a scroller that grows, moves the page up without the reader: that is no reason to stop. `onChange` hears whether the end is in sight.
 */
export function followEnd(scroller: HTMLElement, content: Element, onChange: (isAtEnd: boolean) => void): EndFollower {
  const listening = new AbortController();
  const { signal } = listening;
  const reader = watchReader(scroller, { signal });
  let isFollowing = true;
  let top = scroller.scrollTop;
  let end = 0;
  const readEnd = () => scroller.scrollHeight - scroller.clientHeight;
  const tell = () => onChange(isFollowing || end - top <= NEAR_PX);

  function place(): void {
    end = readEnd();
    // Who is selecting text keeps it under the mouse.
    if (isFollowing && !reader.isHeld()) scroller.scrollTop = end;
    top = scroller.scrollTop;
    tell();
  }

  function leave(): void {
    isFollowing = false;
    tell();
  }

  function scrolled(): void {
    const [lastTop, lastEnd] = [top, end];
    top = scroller.scrollTop;
    end = readEnd();
    if (top > lastTop && end - top <= NEAR_PX) isFollowing = true;
    else if (top < lastTop && (reader.isActive() || end === lastEnd)) isFollowing = false;
    if (top < lastTop) place();
    else tell();
  }

  // Before anything has moved: a scroll that is set meanwhile would take the wheel's away.
  const leaveByWheel = ({ deltaY, target }: WheelEvent) => {
    if (deltaY < 0 && readEnd() > 0 && !isTakenInside(target, scroller)) leave();
  };
  const leaveByKey = ({ key, target }: KeyboardEvent) => {
    if (!reader.types(target)) return;
    reader.act();
    if (KEYS_UP.has(key) && readEnd() > 0) leave();
  };
  scroller.addEventListener('scroll', scrolled, { passive: true, signal });
  scroller.addEventListener('wheel', leaveByWheel, { passive: true, signal });
  window.addEventListener('keydown', leaveByKey, { signal });
  const sizes = new ResizeObserver(place);
  sizes.observe(content);
  sizes.observe(scroller);

  return {
    toEnd() {
      isFollowing = true;
      place();
    },
    leave,
    stop() {
      listening.abort();
      sizes.disconnect();
    },
  };
}
