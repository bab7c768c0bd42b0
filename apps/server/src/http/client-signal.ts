import type { FastifyReply } from 'fastify';

/** A signal that is aborted when the client closes its connection before the answer has ended, or when `shutdown` is. */
export function clientSignal(reply: FastifyReply, shutdown: AbortSignal): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return AbortSignal.any([controller.signal, shutdown]);
}
