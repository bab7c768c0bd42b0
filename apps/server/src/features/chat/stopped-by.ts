import type { StoppedBy } from '@q/contract/sessions';
import { endedShortOf, type Outcome } from '../gateway/end-call.ts';

const STOPPED_BY: Partial<Record<Outcome, StoppedBy>> = {
  stopped: 'person',
  client_gone: 'connection',
};

/** Who ended an answer before it was whole; null when it ended by itself, or broke off at the provider. */
export const stoppedBy = (outcome: Outcome): StoppedBy | null => STOPPED_BY[outcome] ?? endedShortOf(outcome);
