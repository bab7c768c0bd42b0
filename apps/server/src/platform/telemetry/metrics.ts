import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Where the figures come from; each is asked when somebody reads the metrics. */
interface Sources {
  openHolds(): number;
  moneyStopped(): string | null;
  lastCheck(): { ok: boolean; checked: number; durationMs: number; at: number } | null;
}

/** The metrics of this process, in a registry of its own: what Node tells about itself, and the state of the books. */
export function createMetrics(sources: Sources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: () => number | null) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const now = value();
        if (now === null) this.remove();
        else this.set(now);
      },
    });
  const fromCheck = (read: (check: NonNullable<ReturnType<Sources['lastCheck']>>) => number) => () => {
    const check = sources.lastCheck();
    return check && read(check);
  };
  gauge('q_open_holds', 'Calls of this process whose money is set aside', sources.openHolds);
  gauge('q_money_stopped', '1 while the books are wrong and no money moves', () =>
    sources.moneyStopped() === null ? 0 : 1,
  );
  gauge(
    'q_ledger_ok',
    '1 when the last whole check found the books right, else 0',
    fromCheck(({ ok }) => (ok ? 1 : 0)),
  );
  gauge(
    'q_ledger_checked_transfers',
    'Transfers seen by the last whole check',
    fromCheck(({ checked }) => checked),
  );
  gauge(
    'q_ledger_check_seconds',
    'How long the last whole check took',
    fromCheck(({ durationMs }) => durationMs / 1_000),
  );
  gauge(
    'q_ledger_last_check_timestamp_seconds',
    'When the last whole check ended',
    fromCheck(({ at }) => at / 1_000),
  );
  return registry;
}
