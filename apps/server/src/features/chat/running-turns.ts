import type { ChatRunningTurn } from '@q/contract/sessions';
import type { Caller } from '../../http/caller.ts';
import type { OnceRequest } from '../../http/idempotency-key.ts';
import type { Clock } from '../../lib/clock.ts';
import { STOPPED_BY_PERSON } from '../gateway/service.ts';
import type { PreparedTurn } from './prepare-turn.ts';

/** A turn that nobody follows goes on for this long; then what was delivered is settled and kept. */
export const ALONE_MAX_MS = 10 * 60_000;
/** Pieces of an answer are put together up to this many characters, so that a log of many small ones stays small. */
const PIECE_LENGTH_MAX = 8_192;

/** Something that was said: words of the answer, or what the model thinks. */
interface TurnPiece {
  type: 'delta' | 'reasoning';
  text: string;
}

/** What a turn is begun with. */
interface TurnStart {
  /** The id of its call. */
  id: string;
  caller: Caller;
  modelId: string;
  /** Its idempotency key, by which the same message joins it instead of being refused. */
  once: OnceRequest | null;
}

/**
 * A turn that is being carried out, with everything said so far: whoever joins reads it from its beginning. It is as large as its
 * answer, however many follow it and however slowly.
 */
export function createRunningTurn(start: TurnStart, clock: Clock) {
  const controller = new AbortController();
  const pieces: TurnPiece[] = [];
  const readers = new Set<() => void>();
  const startedAt = clock.now();
  let prepared: { sessionId: string; question: PreparedTurn['question'] } | null = null;
  let session: object | null = null;
  let last: object | null = null;
  let endAlone: (() => void) | null = null;
  let isDeleted = false;

  const tell = () => {
    for (const read of readers) read();
  };
  return {
    ...start,
    signal: controller.signal,
    pieces: pieces as readonly Readonly<TurnPiece>[],
    /** The frame it begins with; null until the model has begun to answer. */
    session: () => session,
    /** The frame it ends with; null while it runs. */
    last: () => last,
    sessionId: () => prepared?.sessionId ?? null,
    /** As the API shows it; null until it is known what is asked. */
    shown(): ChatRunningTurn | null {
      if (prepared === null || last !== null) return null;
      const { id, parentId, content, images, isNew } = prepared.question;
      return {
        id: start.id,
        model_id: start.modelId,
        question: isNew ? content : null,
        question_id: session === null || !isNew ? null : id,
        parent_id: isNew ? parentId : id,
        images,
        started_at: new Date(startedAt).toISOString(),
      };
    },
    prepare(sessionId: string, question: PreparedTurn['question']): void {
      prepared = { sessionId, question };
    },
    begin(frame: object): void {
      session = frame;
      tell();
    },
    say(type: TurnPiece['type'], text: string): void {
      const newest = pieces.at(-1);
      if (newest?.type === type && newest.text.length + text.length <= PIECE_LENGTH_MAX) newest.text += text;
      else pieces.push({ type, text });
      tell();
    },
    /** Ends it with its last frame; only the first counts. */
    end(frame: object): void {
      if (last !== null) return;
      last = frame;
      endAlone?.();
      tell();
    },
    /** Calls `read` whenever there is something new; returns the way to leave. The turn goes on without readers, for a while. */
    join(read: () => void): () => void {
      endAlone?.();
      readers.add(read);
      return () => {
        if (!readers.delete(read) || readers.size > 0 || last !== null) return;
        endAlone = clock.after(ALONE_MAX_MS, () => controller.abort());
      };
    },
    /** Ends the call upstream because the person wants it so. */
    stop: () => controller.abort(STOPPED_BY_PERSON),
    /** Ends the call upstream because the person has deleted its conversation. */
    stopDeleted(): void {
      isDeleted = true;
      controller.abort(STOPPED_BY_PERSON);
    },
    /** True once its conversation was deleted. */
    isDeleted: () => isDeleted,
    /** Ends the call upstream because nobody may or can hear it any more. */
    leave: () => controller.abort(),
  };
}

export type RunningTurn = ReturnType<typeof createRunningTurn>;

/** The turns that run in this process. Those of other processes are not known here: their answers are read once they are saved. */
export function createRunningTurns({ clock }: { clock: Clock }) {
  const byPerson = new Map<string, Set<RunningTurn>>();
  const waiting: (() => void)[] = [];
  const watching = new Map<string, Set<() => void>>();

  const ofPerson = (userId: string): RunningTurn[] => [...(byPerson.get(userId) ?? [])];
  const ofSession = (userId: string, sessionId: string): RunningTurn[] =>
    ofPerson(userId).filter((turn) => turn.sessionId() === sessionId);
  return {
    begin(start: TurnStart): RunningTurn {
      const turn = createRunningTurn(start, clock);
      const turns = byPerson.get(start.caller.userId) ?? new Set();
      byPerson.set(start.caller.userId, turns.add(turn));
      return turn;
    },
    /** Forgets a turn that has ended. */
    remove(turn: RunningTurn): void {
      const { userId } = turn.caller;
      const turns = byPerson.get(userId);
      turns?.delete(turn);
      if (turns?.size === 0) byPerson.delete(userId);
      if (byPerson.size === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    /** The turn of a person that was asked under a key. */
    underKey: ({ userId, key }: OnceRequest): RunningTurn | undefined =>
      ofPerson(userId).find(({ once }) => once?.key === key),
    /** A turn of a person's conversation that still runs: the one named, or the oldest. */
    find: (userId: string, sessionId: string, turnId: string | undefined): RunningTurn | undefined =>
      ofSession(userId, sessionId).find((turn) => turn.last() === null && (turnId ?? turn.id) === turn.id),
    /** The running turns of a person's conversation as the API shows them, oldest first. */
    shown: (userId: string, sessionId: string): ChatRunningTurn[] =>
      ofSession(userId, sessionId).flatMap((turn) => turn.shown() ?? []),
    /** Calls `stop` when a person's conversation is deleted, for a turn that nobody can join. Returns the way to stop watching. */
    watch(userId: string, sessionId: string, stop: () => void): () => void {
      const name = `${userId} ${sessionId}`;
      const stops = watching.get(name) ?? new Set();
      watching.set(name, stops.add(stop));
      return () => {
        stops.delete(stop);
        if (stops.size === 0) watching.delete(name);
      };
    },
    /** Stops the turns of a conversation that is no more. */
    stopSession(userId: string, sessionId: string): void {
      for (const turn of ofSession(userId, sessionId)) turn.stopDeleted();
      for (const stop of watching.get(`${userId} ${sessionId}`) ?? []) stop();
    },
    /** Resolves once no turn runs. */
    idle(): Promise<void> {
      return byPerson.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

export type RunningTurns = ReturnType<typeof createRunningTurns>;
