import type { StoppedBy } from '@q/contract/sessions';
import type { Outcome } from '../gateway/end-call.ts';

const STOPPED_BY: Partial<Record<Outcome, StoppedBy>> = {
  stopped: 'person',
  stopped_by_balance: 'balance',
  stopped_by_key_limit: 'key_limit',
  client_gone: 'connection',
};

/** Who ended an answer before it was whole; null when it ended by itself, or broke off at the provider. */
export const stoppedBy = (outcome: Outcome): StoppedBy | null => STOPPED_BY[outcome] ?? null;
