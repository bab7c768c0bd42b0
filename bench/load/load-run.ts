/** One run of load, as the parent asks for it. */
export interface LoadRun {
  port: number;
  /** Whole HTTP requests, taken in turn. */
  requests: string[];
  connections: number;
  durationMs: number;
  /** Requests a second, sent whether or not earlier ones were answered; null: each connection sends the next when it has its answer. */
  ratePerSecond: number | null;
}

/** What a run came to. Times in milliseconds. */
export interface LoadResult {
  calls: number;
  /** Answers with another status than 200, and connections that broke. */
  errors: number;
  /** The first of them, to be looked at. */
  firstError: string | null;
  seconds: number;
  p50: number;
  p99: number;
  /** Until the first event of a stream; 0 where nothing streams. */
  firstEventP50: number;
  firstEventP99: number;
  /** Nano-dollars that the answers said they cost. */
  costNano: number;
}
