import type { FinishReason } from './chat-model.ts';
import type { ReasoningPiece } from './reasoning-state.ts';
import type { Usage } from './usage.ts';

/**
 * One piece of a streamed answer. `choice` is the index of the alternative (0 unless `n` > 1).
 * A stream is any number of deltas, one `finish` per choice, and at most one `usage` (the last one given counts).
 * Unknown provider events never become a part.
 */
export type StreamPart =
  | { type: 'text-delta'; choice: number; text: string; logprobs?: unknown }
  | { type: 'reasoning-delta'; choice: number; text: string }
  | { type: 'reasoning-state'; choice: number; piece: ReasoningPiece }
  | { type: 'refusal-delta'; choice: number; text: string }
  | {
      type: 'tool-call-delta';
      choice: number;
      index: number;
      id?: string | undefined;
      name?: string | undefined;
      arguments: string;
    }
  | { type: 'finish'; choice: number; reason: FinishReason; raw: string | null }
  | { type: 'usage'; usage: Usage };
