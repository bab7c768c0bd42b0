import { describe, expect, it } from 'vitest';
import { exportPath, isFiltered, transactionPath } from './transaction-filter.ts';

const paramsOf = (path: string) => Object.fromEntries(new URL(path, 'http://x').searchParams);

describe('the filter of the transactions', () => {
  it('asks for whole days at the reader’s place, the last one included', () => {
    const { from, to } = paramsOf(exportPath({ from: '2026-02-27', to: '2026-02-28' }));
    expect(from).toBe(new Date(2026, 1, 27).toISOString());
    expect(to).toBe(new Date(2026, 2, 1).toISOString());
  });

  it('leaves out what the API would refuse', () => {
    expect(paramsOf(exportPath({ kind: 'gift', from: 'yesterday', to: '2026-13-45' }))).toEqual({});
    const { from, to } = paramsOf(exportPath({ from: '2026-02-28', to: '2026-02-20' }));
    expect([from, from]).toEqual([to, new Date(2026, 1, 21).toISOString()]);
    for (const kind of ['gift', 'toString', 'constructor']) expect(isFiltered({ kind }), kind).toBe(false);
    expect(isFiltered({ kind: 'grant' })).toBe(true);
  });

  it('asks for the page after a cursor', () => {
    const filter = { kind: 'charge', model: 'sandbox/guide' };
    expect(paramsOf(transactionPath(filter, 'txn_7'))).toEqual({ ...filter, per_page: '50', cursor: 'txn_7' });
    expect(paramsOf(transactionPath({}, null))).toEqual({ per_page: '50' });
  });
});
