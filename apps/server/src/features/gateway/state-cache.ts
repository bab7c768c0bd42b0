import { createHash } from 'node:crypto';
import type { ToolCall } from '@q/providers/spec/chat-model';
import type { ReasoningPiece } from '@q/providers/spec/reasoning-state';
import type { Clock } from '../../lib/clock.ts';
import { isOwnedBy, type StateOwner } from './reasoning-state.ts';

/** How long a tool may take for its call to be gone on from with all that the model wants back. */
const KEPT_MS = 3_600_000;
const ENTRIES_MAX = 20_000;
const LENGTH_MAX = 32 * 1024 * 1024;

interface Entry {
  owner: Required<StateOwner>;
  pieces: readonly ReasoningPiece[];
  /** Characters, about. */
  length: number;
  until: number;
}

/** The arguments without what clients change when they read and write them. */
function argumentsOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Some providers number their calls anew in each answer: name and arguments belong to what a call is known by. */
function nameOf(userId: string, { id, function: called }: ToolCall): string {
  const parts = [userId, id, called.name, argumentsOf(called.arguments)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * What models want back with their tool calls, for clients that drop what they do not know. It is kept in this process only, for an hour, the newest
 * of what fits into some megabytes: without it tool calls still work, as those of another model do.
 */
export function createStateCache(clock: Clock) {
  const entries = new Map<string, Entry>();
  let length = 0;

  function drop(name: string): void {
    length -= entries.get(name)?.length ?? 0;
    entries.delete(name);
  }
  function makeRoom(now: number): void {
    for (const [name, entry] of entries) {
      if (entry.until > now && entries.size <= ENTRIES_MAX && length <= LENGTH_MAX) return;
      drop(name);
    }
  }

  return {
    /** Keeps the pieces of an answer under each of its calls. */
    keep(
      userId: string,
      owner: Required<StateOwner>,
      calls: readonly ToolCall[],
      pieces: readonly ReasoningPiece[],
    ): void {
      if (pieces.length === 0) return;
      const now = clock.elapsed();
      const each = pieces.reduce((sum, { packed }) => sum + (packed?.length ?? 0), 0);
      for (const call of calls) {
        const name = nameOf(userId, call);
        drop(name);
        entries.set(name, { owner, pieces, length: each, until: now + KEPT_MS });
        length += each;
      }
      makeRoom(now);
    },
    /** The pieces that `owner` gave with the answer of one of these calls; empty when they are not known. */
    find(userId: string, owner: Required<StateOwner>, calls: readonly ToolCall[]): readonly ReasoningPiece[] {
      const now = clock.elapsed();
      for (const call of calls) {
        const entry = entries.get(nameOf(userId, call));
        if (entry && entry.until > now && isOwnedBy(entry.owner, owner)) return entry.pieces;
      }
      return [];
    },
  };
}

export type StateCache = ReturnType<typeof createStateCache>;
