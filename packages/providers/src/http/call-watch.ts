import { ProviderError } from '../spec/provider-error.ts';
import type { StopSignal } from '../spec/stop-signal.ts';
import { toTransportError } from './transport-error.ts';

/** What a StopSignal tells, for the one who carries a call out. */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason: ProviderError | null;
  /** Called once when the call has to end. One listener; null for none. */
  onAbort: ((reason: ProviderError) => void) | null;
}

/** Watches one upstream call: its deadlines and the caller's wish to stop. Whatever comes first aborts `signal`. */
export interface CallWatch {
  /** Aborted when the call has to end; the upstream connection closes with it. */
  readonly signal: CallSignal;
  /** The provider has to make progress within this many milliseconds from now. */
  expectWithin(limitMs: number): void;
  /** Nothing is expected of the provider now: the reader is busy. */
  rest(): void;
  /** Milliseconds since the call began. */
  elapsedMs(): number;
  /** Why the call failed: the reason of our own abort if there was one, else what `error` stands for. */
  failureOf(error: unknown): ProviderError;
  /** Ends the call from this side, as when its reader goes away; does nothing when it has ended already. */
  cancel(): void;
  /** Stops watching. Every path of a call ends here, else the timer holds its memory until the total deadline. */
  end(): void;
}

/** A deadline nearer than this has a timer of its own. */
const NEAR_MS = 1_000;
/** How often those that are further off are looked at, all of them together: few calls ever come near theirs. */
const LOOK_MS = 500;
/** What looks whether a deadline has come near, of each watch whose deadline is not. */
const far = new Set<(now: number) => void>();
let looking: NodeJS.Timeout | undefined;

function lookAtAll(): void {
  const now = performance.now();
  for (const look of far) look(now);
}

function addFar(look: (now: number) => void): void {
  far.add(look);
  looking ??= setInterval(lookAtAll, LOOK_MS).unref();
}

function removeFar(look: (now: number) => void): void {
  far.delete(look);
  if (far.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}

/** Starts watching. `signal` is the caller's; an already aborted one throws ProviderError `aborted`. */
export function watchCall(signal: StopSignal, totalMs: number): CallWatch {
  if (signal.aborted) throw stopped();
  const ending: { -readonly [Field in keyof CallSignal]: CallSignal[Field] } = {
    aborted: false,
    reason: null,
    onAbort: null,
  };
  const startedAt = performance.now();
  const totalAt = startedAt + totalMs;
  let dueAt = Number.POSITIVE_INFINITY;
  let firesAt = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isFar = false;
  let isOver = false;

  const fail = (reason: ProviderError) => {
    if (isOver) return;
    end();
    ending.aborted = true;
    ending.reason = reason;
    ending.onAbort?.(reason);
  };
  const onTimer = () => {
    const now = performance.now();
    firesAt = Number.POSITIVE_INFINITY;
    if (now >= totalAt) fail(new ProviderError('timeout', `The answer took longer than ${inSeconds(totalMs)}.`));
    else if (now >= dueAt) fail(new ProviderError('timeout', 'The provider stopped answering in time.'));
    else arm(now);
  };
  // A deadline that moves later costs nothing: the timer looks again when it fires. Only an earlier one sets it anew.
  const arm = (now: number) => {
    const next = Math.min(dueAt, totalAt);
    if (isOver || next >= firesAt) return;
    if (next - now > NEAR_MS) {
      if (!isFar) addFar(arm);
      isFar = true;
      return;
    }
    if (isFar) removeFar(arm);
    isFar = false;
    clearTimeout(timer);
    firesAt = next;
    timer = setTimeout(onTimer, Math.max(1, Math.ceil(next - now)));
    timer.unref();
  };
  const onAbort = () => fail(stopped());
  const end = () => {
    isOver = true;
    if (isFar) removeFar(arm);
    else clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  signal.addEventListener('abort', onAbort);
  arm(startedAt);

  return {
    signal: ending,
    expectWithin(limitMs) {
      const now = performance.now();
      dueAt = now + limitMs;
      arm(now);
    },
    rest() {
      dueAt = Number.POSITIVE_INFINITY;
    },
    elapsedMs: () => performance.now() - startedAt,
    failureOf(error) {
      if (ending.reason !== null) return ending.reason;
      return error instanceof ProviderError ? error : toTransportError(error);
    },
    cancel() {
      if (!isOver) fail(stopped());
    },
    end,
  };
}

function stopped(): ProviderError {
  return new ProviderError('aborted', 'The call was stopped before it was finished.');
}

function inSeconds(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} minutes` : `${ms / 1_000} seconds`;
}
