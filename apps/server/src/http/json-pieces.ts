import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** Text is gathered to so many characters before it is written. */
const PIECE_LENGTH = 64 * 1024;

/** Writes and resolves when more may be written, or nobody reads any more; whatever else waits has its turn meanwhile. */
async function writePiece(raw: ServerResponse, text: string): Promise<void> {
  if (raw.write(text) || raw.destroyed) return nextTurn();
  await new Promise<void>((resolve) => {
    const done = () => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.on('drain', done);
    raw.on('close', done);
  });
}

/**
 * Answers 200 with JSON that is too long to be made in one go: `pieces` are asked for as the client reads. Headers set so far are sent too,
 * and names are in lower case. Resolves at the end, or when the client has gone.
 */
export async function sendJsonPieces(
  reply: FastifyReply,
  headers: Record<string, string>,
  pieces: Iterable<string>,
): Promise<void> {
  const { raw } = reply;
  reply.hijack();
  const all: Record<string, string | string[] | number | undefined> = reply.getHeaders();
  Object.assign(all, headers);
  all['content-type'] = 'application/json; charset=utf-8';
  raw.writeHead(200, all);
  let text = '';
  for (const piece of pieces) {
    if (raw.destroyed) return;
    text += piece;
    if (text.length < PIECE_LENGTH) continue;
    await writePiece(raw, text);
    text = '';
  }
  raw.end(text);
}
