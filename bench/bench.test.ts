import { expect, test } from 'vitest';
import { benchGateway } from './gateway/gateway-bench.ts';
import { benchLedger } from './ledger/ledger-bench.ts';
import { toMarkdown } from './lib/table.ts';

const say = () => undefined;

test('the gateway is measured beside the bare proxy, and what the answers said they cost left the wallets', async () => {
  const plan = { rounds: 1, runMs: 120, warmUpMs: 120, buyers: 2, profileFolder: null, say };
  const { tables, faults } = await benchGateway(plan);
  expect(faults).toEqual([]);
  const text = tables.map(toMarkdown).join('\n');
  for (const words of [
    '128 connections: product, one hot wallet',
    '200 calls/s: bare proxy',
    'Books after the load: right',
  ])
    expect(text).toContain(words);
  for (const { columns, rows } of tables) {
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(row).toHaveLength(columns.length);
  }
});

test('the ledger is measured beside a naive one, and its books are right afterwards', async () => {
  const { tables, faults } = await benchLedger({ rounds: 1, runMs: 150, wallets: 20, say });
  expect(faults).toEqual([]);
  expect(tables.map((table) => table.rows.length)).toEqual([5, 3]);
});
