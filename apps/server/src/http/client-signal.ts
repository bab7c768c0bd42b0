import type { RawReply } from './raw-reply.ts';

/** The running calls that each shutdown signal ends. One listener for all of them: a combined signal for each call is dear. */
const runningUntil = new WeakMap<AbortSignal, Set<AbortController>>();

function callsUntil(shutdown: AbortSignal): Set<AbortController> {
  const known = runningUntil.get(shutdown);
  if (known) return known;
  const running = new Set<AbortController>();
  runningUntil.set(shutdown, running);
  shutdown.addEventListener(
    'abort',
    () => {
      for (const controller of running) controller.abort(shutdown.reason);
    },
    { once: true },
  );
  return running;
}

/** A signal that is aborted when the client closes its connection before the answer has ended, or when `shutdown` is. */
export function clientSignal(reply: Pick<RawReply, 'raw'>, shutdown: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const running = callsUntil(shutdown);
  running.add(controller);
  reply.raw.once('close', () => {
    running.delete(controller);
    if (!reply.raw.writableFinished) controller.abort();
  });
  if (shutdown.aborted) controller.abort(shutdown.reason);
  return controller.signal;
}
