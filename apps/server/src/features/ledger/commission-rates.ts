import type { CommissionScope } from '@q/contract/administration-money';

/** A rate as it was set. `subject` is the publisher's or the model's id, null for the house; without `bps` the wider scope decides again. */
export interface CommissionRate {
  id: bigint;
  scope: CommissionScope;
  subject: string | null;
  /** Basis points of what the buyer pays. */
  bps: number | null;
  validFrom: Date;
  actorId: string;
  reason: string;
}

/** The commission of a model in basis points, by the model's id (`publisher/model`). */
export type CommissionOf = (modelId: string) => number;

const placeOf = (scope: CommissionScope, subject: string | null) => `${scope} ${subject ?? ''}`;

/** Who sells a model, as its id says. */
function publisherOf(modelId: string): string {
  return modelId.slice(0, modelId.indexOf('/'));
}

/**
 * The rule of commission: the model's own rate, else its publisher's, else the house's, else what is configured.
 * `rates` holds the newest rate of each scope and subject.
 */
export function commissionRule(rates: readonly CommissionRate[], configuredBps: number): CommissionOf {
  const inForce = new Map(rates.map(({ scope, subject, bps }) => [placeOf(scope, subject), bps]));
  return (modelId) =>
    inForce.get(placeOf('model', modelId)) ??
    inForce.get(placeOf('publisher', publisherOf(modelId))) ??
    inForce.get(placeOf('house', null)) ??
    configuredBps;
}

/** What the house takes where no other rate is set. */
export function houseBps(rates: readonly CommissionRate[], configuredBps: number): number {
  return rates.find(({ scope }) => scope === 'house')?.bps ?? configuredBps;
}
