/** How long an upstream call may take at each step, in milliseconds. */
export interface Deadlines {
  /** Until the connection (TCP and TLS) stands. */
  connectMs: number;
  /** From the start of a streamed call until its first token; headers and comments do not count. */
  firstTokenMs: number;
  /** Between two tokens of a stream, or two pieces of a body that is not streamed. Time in which the reader is busy does not count. */
  idleMs: number;
  /** From the start of a call that is not streamed until its headers: providers send them only when the whole answer is written. */
  wholeAnswerMs: number;
  /** The longest a call may last. */
  totalMs: number;
}

/** Deadlines of a provider that configures none. */
export const DEFAULT_DEADLINES: Deadlines = {
  connectMs: 5_000,
  firstTokenMs: 60_000,
  idleMs: 30_000,
  wholeAnswerMs: 300_000,
  totalMs: 900_000,
};

/** Largest answer that is not streamed. */
export const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
/** Largest answer of embeddings: 2,048 of 3,072 numbers each in base64, and some more. */
export const EMBEDDINGS_BYTES_MAX = 48 * 1024 * 1024;
/** Largest answer of images: ten of a few megabytes each in base64. */
export const IMAGES_BYTES_MAX = 64 * 1024 * 1024;
/** Largest stream. */
export const STREAM_BYTES_MAX = 64 * 1024 * 1024;
/** Longest event or line of a stream, in UTF-16 units (never more than its bytes). */
export const EVENT_LENGTH_MAX = 1024 * 1024;
/** As much of an error's body as is read. */
export const ERROR_BODY_BYTES_MAX = 64 * 1024;
