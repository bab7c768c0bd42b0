import type { RunningTurn } from './running-turns.ts';

/** With more than this waiting to be written, a slow reader gets nothing more until it has caught up. Bytes. */
const BACKLOG_BYTES_MAX = 256 * 1_024;

/** Where frames go. */
export interface Outlet {
  /** Sends a frame and says when it was written. */
  send(frame: object, written: () => void): void;
  /** Bytes that were sent and are not written yet. */
  backlog(): number;
}

type Place = { begun: boolean; piece: number; offset: number };

/** The next frame for a reader at `place`, which moves on; null when there is nothing new. */
function nextFrame(turn: RunningTurn, place: Place): object | null {
  const session = turn.session();
  if (!place.begun && session) {
    place.begun = true;
    return session;
  }
  for (; ; place.piece += 1, place.offset = 0) {
    const piece = turn.pieces[place.piece];
    if (piece && place.offset < piece.text.length) {
      const text = piece.text.slice(place.offset);
      place.offset = piece.text.length;
      return { type: piece.type, text };
    }
    // The newest piece may still grow.
    if (place.piece >= turn.pieces.length - 1) return turn.last();
  }
}

/**
 * Sends a turn from its beginning, without gaps and without anything twice, and calls `onEnd` with its last frame. Nothing is kept for
 * a reader but its place in the turn. Returns the way to leave.
 */
export function followTurn(turn: RunningTurn, outlet: Outlet, onEnd: () => void): () => void {
  const place: Place = { begun: false, piece: 0, offset: 0 };
  let waits = false;
  let gone = false;
  const pass = () => {
    while (!gone && !waits) {
      const frame = nextFrame(turn, place);
      if (frame === null) return;
      if (frame === turn.last()) {
        leave();
        onEnd();
      }
      outlet.send(frame, written);
      waits = outlet.backlog() > BACKLOG_BYTES_MAX;
    }
  };
  const written = () => {
    if (!waits || outlet.backlog() > BACKLOG_BYTES_MAX) return;
    waits = false;
    pass();
  };
  const depart = turn.join(pass);
  const leave = () => {
    gone = true;
    depart();
  };
  pass();
  return leave;
}
