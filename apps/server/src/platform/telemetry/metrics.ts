import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The last whole check of the books, and when the last of any kind was. Amounts in nano-dollars, times in milliseconds since 1970. */
interface LastCheck {
  ok: boolean;
  checked: number;
  figures: { charges: number; charged: bigint; overrun: bigint; openHolds: number; held: bigint };
  durationMs: number;
  at: number;
  anyAt: number;
}

/** Where the figures come from; each is asked when somebody reads the metrics. */
interface Sources {
  openHolds(): number;
  /** What this process has ended; amounts in nano-dollars. */
  tally(): { charges: number; voids: number; recovered: number; charged: bigint; overrun: bigint };
  moneyStopped(): string | null;
  diskFull(): boolean;
  lastCheck(): LastCheck | null;
  failedChecks(): number;
}

type AddGauge = (name: string, help: string, value: () => number | null) => void;

/** What the whole books said at the last check; nothing before the first. */
function addCheckGauges(gauge: AddGauge, lastCheck: Sources['lastCheck']): void {
  const fromCheck = (read: (check: LastCheck) => number | bigint) => () => {
    const check = lastCheck();
    return check && Number(read(check));
  };
  const about: [string, string, (check: LastCheck) => number | bigint][] = [
    ['q_ledger_ok', '1 when the last check found the books right, else 0', ({ ok }) => (ok ? 1 : 0)],
    ['q_ledger_checked_transfers', 'Transfers seen by the last whole check', ({ checked }) => checked],
    ['q_ledger_check_seconds', 'How long the last whole check took', ({ durationMs }) => durationMs / 1_000],
    ['q_ledger_last_check_timestamp_seconds', 'When the last check ended, whole or not', ({ anyAt }) => anyAt / 1_000],
    ['q_ledger_last_whole_check_timestamp_seconds', 'When the last whole check ended', ({ at }) => at / 1_000],
    ['q_ledger_charges', 'Charged calls in the books, at the last check', ({ figures }) => figures.charges],
    [
      'q_ledger_charged_nano_dollars',
      'What all calls were charged, at the last check',
      ({ figures }) => figures.charged,
    ],
    [
      'q_ledger_overrun_nano_dollars',
      'What usage came to above holds, at the last check',
      ({ figures }) => figures.overrun,
    ],
    ['q_ledger_open_holds', 'Open holds of all processes, at the last check', ({ figures }) => figures.openHolds],
    ['q_ledger_held_nano_dollars', 'Money set aside in all wallets, at the last check', ({ figures }) => figures.held],
  ];
  for (const [name, help, read] of about) gauge(name, help, fromCheck(read));
}

/** What this process has ended since it started. */
function addCallCounters(registry: Registry, tally: Sources['tally']): void {
  const registers = [registry];
  new Counter({
    name: 'q_calls_ended_total',
    help: 'Calls this process has ended: charged, not charged, or ended for a process that died',
    labelNames: ['end'],
    registers,
    collect() {
      const { charges, voids, recovered } = tally();
      this.reset();
      this.inc({ end: 'charged' }, charges);
      this.inc({ end: 'void' }, voids);
      this.inc({ end: 'recovered' }, recovered);
    },
  });
  const amount = (name: string, help: string, read: (now: ReturnType<Sources['tally']>) => bigint) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(Number(read(tally())));
      },
    });
  amount('q_charged_nano_dollars_total', 'What this process has charged', ({ charged }) => charged);
  amount('q_overrun_nano_dollars_total', 'Usage above holds that this process has seen', ({ overrun }) => overrun);
}

/** The metrics of this process, in a registry of its own: what Node tells about itself, and the state of the books. */
export function createMetrics(sources: Sources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge: AddGauge = (name, help, value) =>
    void new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const now = value();
        if (now === null) this.remove();
        else this.set(now);
      },
    });
  gauge('q_open_holds', 'Calls of this process whose money is set aside', sources.openHolds);
  gauge('q_money_stopped', '1 while the books are wrong and no money moves', () =>
    sources.moneyStopped() === null ? 0 : 1,
  );
  gauge('q_database_disk_full', '1 while the database refuses to write for want of room', () =>
    sources.diskFull() ? 1 : 0,
  );
  gauge(
    'q_ledger_check_failures',
    'Checks and digests that could not be finished since the start',
    sources.failedChecks,
  );
  addCheckGauges(gauge, sources.lastCheck);
  addCallCounters(registry, sources.tally);
  return registry;
}
