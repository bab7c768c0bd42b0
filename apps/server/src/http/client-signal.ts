import type { StopSignal } from '@q/providers/spec/stop-signal';
import { createStopper, type Stopper } from '../lib/stopper.ts';
import type { RawReply } from './raw-reply.ts';

/** The running calls that each shutdown signal ends. One listener for all of them: a combined signal for each call is dear. */
const runningUntil = new WeakMap<AbortSignal, Set<Stopper>>();

function callsUntil(shutdown: AbortSignal): Set<Stopper> {
  const known = runningUntil.get(shutdown);
  if (known) return known;
  const running = new Set<Stopper>();
  runningUntil.set(shutdown, running);
  shutdown.addEventListener(
    'abort',
    () => {
      for (const stopper of running) stopper.stop(shutdown.reason);
    },
    { once: true },
  );
  return running;
}

/** A signal that is aborted when the client closes its connection before the answer has ended, or when `shutdown` is. */
export function clientSignal(reply: Pick<RawReply, 'raw'>, shutdown: AbortSignal): StopSignal {
  const stopper = createStopper();
  // Whoever left while their request was looked at has closed already, and says so no more.
  if (reply.raw.destroyed || reply.raw.closed) {
    stopper.stop();
    return stopper.signal;
  }
  const running = callsUntil(shutdown);
  running.add(stopper);
  reply.raw.once('close', () => {
    running.delete(stopper);
    if (!reply.raw.writableFinished) stopper.stop();
  });
  if (shutdown.aborted) stopper.stop(shutdown.reason);
  return stopper.signal;
}
