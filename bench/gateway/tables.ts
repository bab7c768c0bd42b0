import { formatUsd } from '@q/contract/money';
import { against, decimals, type Table, whole } from '../lib/table.ts';
import type { Measured } from './gateway-bench.ts';
import type { Figures, ScenarioId } from './scenarios.ts';

const NAMES = {
  bare: 'bare proxy (undici dispatch, bytes through)',
  many: 'product, many wallets',
  hot: 'product, one hot wallet',
  portkey: 'Portkey, plain proxying',
} as const;

type Who = keyof typeof NAMES;

const NOTHING: Figures = {
  perSecond: 0,
  cpuUs: 0,
  databaseCpuUs: 0,
  p50: 0,
  p99: 0,
  firstEventP50: 0,
  firstEventP99: 0,
  errors: 0,
  calls: 0,
  firstError: null,
};

interface Facts {
  memoryBefore: number;
  memoryAfter: number;
  books: string | null;
  chargedNano: bigint;
}

function reader(measured: Measured) {
  return (id: ScenarioId, who: Who): Figures => measured.get(id)?.get(who) ?? NOTHING;
}

type Read = ReturnType<typeof reader>;

function ratio(value: number, of: number): number {
  return of === 0 ? 0 : value / of;
}

function throughput(measured: Measured, read: Read): Table {
  const rows = (['json32', 'json128'] as const).flatMap((id) =>
    [...(measured.get(id) ?? [])].map(([who, figures]) => [
      `${id === 'json32' ? '32' : '128'} connections: ${NAMES[who]}`,
      whole(figures.perSecond),
      decimals(ratio(figures.perSecond, read(id, 'bare').perSecond), 2),
      whole(figures.cpuUs),
      who === 'many' || who === 'hot' ? whole(figures.databaseCpuUs) : '–',
      decimals(figures.p50, 1),
      decimals(figures.p99, 1),
    ]),
  );
  return {
    title: 'Paid JSON calls',
    note: 'An answer of 1 KB. The product does everything: key, limits, hold, settle, ledger, usage line. The others move bytes. CPU: user and system time.',
    columns: ['', 'calls/s', 'of bare', 'gateway CPU µs/call', 'PostgreSQL CPU µs/call', 'p50 ms', 'p99 ms'],
    rows,
  };
}

function latency(measured: Measured, read: Read): Table {
  const labels = { json1: '1 connection', json10: '10 connections', steady: '200 calls/s' } as const;
  const rows = (['json1', 'json10', 'steady'] as const).flatMap((id) =>
    [...(measured.get(id) ?? [])].map(([who, figures]) => [
      `${labels[id]}: ${NAMES[who]}`,
      decimals(figures.p50, 2),
      decimals(figures.p99, 2),
      decimals(figures.p50 - read(id, 'bare').p50, 2),
      decimals(figures.p99 - read(id, 'bare').p99, 2),
    ]),
  );
  return {
    title: 'Added latency',
    note: 'Milliseconds of one call, and what that is above the bare proxy. At 200 calls/s requests are sent whether or not earlier ones were answered.',
    columns: ['', 'p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms'],
    rows,
  };
}

function streams(measured: Measured, read: Read): Table {
  const labels = { paced: 'a chunk every 2 ms, 16 at once', atOnce: 'all chunks at once, 32 at once' } as const;
  const rows = (['paced', 'atOnce'] as const).flatMap((id) =>
    [...(measured.get(id) ?? [])].map(([who, figures]) => [
      `${labels[id]}: ${NAMES[who]}`,
      whole(figures.perSecond),
      whole(figures.cpuUs),
      decimals(ratio(figures.cpuUs, read(id, 'bare').cpuUs), 2),
      decimals(figures.firstEventP50, 2),
      decimals(figures.firstEventP50 - read(id, 'bare').firstEventP50, 2),
    ]),
  );
  return {
    title: 'Streams of 50 chunks',
    note: 'The product reads every chunk, meters it, writes it in its own name and settles before the last one.',
    columns: ['', 'streams/s', 'gateway CPU µs/stream', '× bare', 'first event p50 ms', 'added ms'],
    rows,
  };
}

/** A measure beside what it must reach. */
type Goal = [name: string, value: number, digits: number, limit: { min?: number; max?: number }, unit: string];

function goals(measured: Measured, read: Read, facts: Facts): Table {
  const added = (id: ScenarioId, field: 'p50' | 'firstEventP50') => read(id, 'many')[field] - read(id, 'bare')[field];
  const streamCpu = (id: ScenarioId) => ratio(read(id, 'many').cpuUs, read(id, 'bare').cpuUs);
  const all: Goal[] = [
    [
      'calls/s of the bare proxy, 32 connections',
      ratio(read('json32', 'many').perSecond, read('json32', 'bare').perSecond),
      2,
      { min: 0.45 },
      '',
    ],
    [
      'calls/s of the bare proxy, 128 connections',
      ratio(read('json128', 'many').perSecond, read('json128', 'bare').perSecond),
      2,
      { min: 0.45 },
      '',
    ],
    ['gateway CPU of a paid JSON call, 128 connections', read('json128', 'many').cpuUs, 0, { max: 350 }, ' µs'],
    ['added p50, 1 connection', added('json1', 'p50'), 2, { max: 3 }, ' ms'],
    ['added p50, 10 connections', added('json10', 'p50'), 2, { max: 10 }, ' ms'],
    ['CPU of a paced stream against the bare proxy', streamCpu('paced'), 2, { max: 3 }, ' ×'],
    ['CPU of a stream at once against the bare proxy', streamCpu('atOnce'), 2, { max: 3 }, ' ×'],
    ['added time to the first event', added('paced', 'firstEventP50'), 2, { max: 5 }, ' ms'],
    ['paid calls/s, many wallets', read('json128', 'many').perSecond, 0, { min: 2_000 }, ''],
    ['paid calls/s, one hot wallet', read('json128', 'hot').perSecond, 0, { min: 2_000 }, ''],
    ['resident memory after the load', facts.memoryAfter, 0, { max: 250 }, ' MB'],
  ];
  const portkey = read('json32', 'portkey').perSecond;
  if (portkey > 0)
    all.push([
      'calls/s against Portkey, 32 connections',
      ratio(read('json32', 'many').perSecond, portkey),
      1,
      { min: 8 },
      ' ×',
    ]);
  const rows = all.map(([name, value, digits, limit, unit]) => [
    name,
    decimals(value, digits) + unit,
    against(value, limit, unit),
  ]);
  const books = facts.books ?? `right: ${formatUsd(facts.chargedNano)} USD charged, and the wallets fell by as much`;
  return {
    title: 'Floors of the gateway',
    note: `Resident memory before the load: ${whole(facts.memoryBefore)} MB. Books after the load: ${books}.`,
    columns: ['', 'measured', 'floor'],
    rows: measured.size === 0 ? [] : rows,
  };
}

/** The tables of a gateway bench. */
export function gatewayTables(measured: Measured, facts: Facts): Table[] {
  const read = reader(measured);
  return [throughput(measured, read), latency(measured, read), streams(measured, read), goals(measured, read, facts)];
}
