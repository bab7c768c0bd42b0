/** What a refresh takes anew beside models, prices and ratings. */
export interface RefreshOptions {
  /** Counts calls whether or not their time has come. */
  stats: boolean;
}

/** Takes snapshots one after the other: one begun earlier must not take the place of one begun later. */
export function createRefreshTurns(
  takeSnapshot: (options: RefreshOptions) => Promise<void>,
  onError: ((error: unknown) => void) | undefined,
) {
  let last: Promise<void> = Promise.resolve();
  let nextOfRatings: Promise<void> | null = null;

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  return {
    /** Resolves when a snapshot begun from now on is in place. */
    refresh: (options: RefreshOptions = { stats: false }): Promise<void> => inTurn(() => takeSnapshot(options)),

    /**
     * Resolves when the ratings are those of the reviews that are stored by now; what is asked for while one snapshot is taken shares the
     * next. Never rejects: at the worst the next refresh brings them.
     */
    refreshRatings(): Promise<void> {
      nextOfRatings ??= inTurn(() => {
        nextOfRatings = null;
        return takeSnapshot({ stats: false });
      }).catch((error: unknown) => onError?.(error));
      return nextOfRatings;
    },
  };
}
