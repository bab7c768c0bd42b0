const OUTCOMES: Record<string, string> = {
  completed: 'Completed',
  client_gone: 'Caller went away',
  stopped: 'Stopped',
  stopped_by_balance: 'Stopped: hold used up',
  upstream_error: 'Provider failed',
};

/** How a call ended, in words; an outcome this page does not know reads as the API writes it. */
export function outcomeLabel(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome.replaceAll('_', ' ');
}
