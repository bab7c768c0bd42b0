import { t } from './strings.ts';

const OUTCOMES: Record<string, string> = {
  completed: t('completed'),
  client_gone: t('callerWentAway'),
  stopped: t('stopped'),
  stopped_by_balance: t('stoppedHoldUsedUp'),
  stopped_by_key_limit: t('stoppedKeyLimit'),
  upstream_error: t('providerFailed'),
  process_died: t('serverEnded'),
};

/** How a call ended, in words; an outcome this page does not know reads as the API writes it. */
export function outcomeLabel(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome.replaceAll('_', ' ');
}
