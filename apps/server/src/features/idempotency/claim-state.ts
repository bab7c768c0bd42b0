/** What the database tells of a claimed key and of the call it was claimed for. */
export interface ClaimFacts {
  /** HTTP status of the kept answer; null while there is none. */
  status: number | null;
  /** The claim's own time is over (it has none when it was of one transaction). */
  lapsed: boolean;
  /** Money was set aside for the call. */
  held: boolean;
  /** How the hold ended; null while it is open, or when there is none. */
  end: 'settle' | 'void' | null;
  /** The end is so old, or was so clearly not the call's own doing, that its process will add nothing to it. */
  endStands: boolean;
}

/**
 * `answered`: the first answer is there. `running`: it may still come. `lost`: the call was charged and its process died with the answer.
 * `free`: the first request came to nothing and cost nothing, so the key may be used.
 */
export type ClaimState = 'answered' | 'running' | 'lost' | 'free';

/** What has become of the request that claimed a key. */
export function claimState(facts: ClaimFacts): ClaimState {
  if (facts.status !== null) return 'answered';
  if (facts.end !== null) {
    // Between a charge and its answer there is a moment, in which the first request is still at work.
    if (!facts.endStands) return 'running';
    return facts.end === 'settle' ? 'lost' : 'free';
  }
  // An open hold whose process died is ended by the recovery sweep; until then nobody knows what it costs.
  if (facts.held) return 'running';
  return facts.lapsed ? 'free' : 'running';
}
