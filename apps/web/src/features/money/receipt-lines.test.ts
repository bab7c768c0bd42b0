import type { SignedReceiptBody } from '@q/contract/receipts';
import { describe, expect, it } from 'vitest';
import { formatPico, formatRounding, receiptSum } from './receipt-lines.ts';

type Body = SignedReceiptBody['receipt'];

const RECEIPT: Body = {
  api_key_id: null,
  attempts: [],
  call_id: 'call_1',
  chain: { id: 'c', seq: 1 },
  charged_usd: '0.000022345',
  free_tokens: false,
  held: '3000000',
  mode: 'resale',
  model: 'openai/gpt-5.4',
  outcome: 'completed',
  overrun_usd: '0.000000000',
  price: {
    commission_bps: 3000,
    fee_bps: null,
    list_pico: { cache_write: '625000', cached_input: '71429', image: '0', input: '714286', output: '5714286' },
    unit: 'token',
    version: '1',
  },
  provider: 'openai',
  settled_at: '2026-11-21T10:00:01.000Z',
  split: { payee_usd: '0.000015641', platform_usd: '0.000006704' },
  started_at: '2026-11-21T10:00:00.000Z',
  subsidy_usd: '0.000000000',
  usage: {
    cache_write_tokens: 1,
    cached_input_tokens: 4,
    images: 0,
    input_tokens: 10,
    output_tokens: 3,
    reasoning_tokens: 2,
  },
  usage_source: 'provider',
  user_id: 'usr_1',
  v: 1,
};

describe('the sum of a receipt', () => {
  it('prices plain, cached, cache-writing and output tokens once each, and rounds up once', () => {
    const sum = receiptSum(RECEIPT);
    expect(sum.lines.map(({ name, units, price, amountPico }) => [name, units, price, amountPico])).toEqual([
      ['Input tokens', 5, '0.714286', 3_571_430n],
      ['Input tokens from cache', 4, '0.071429', 285_716n],
      ['Tokens written to cache', 1, '0.625', 625_000n],
      ['Output tokens', 3, '5.714286', 17_142_858n],
    ]);
    expect(sum.totalPico).toBe(21_625_004n);
    expect([sum.priceNano, sum.rounded, sum.addsUp]).toEqual([21_626n, true, false]);
    expect(formatRounding(sum)).toBe('$0.000000000996');
    expect(receiptSum({ ...RECEIPT, charged_usd: '0.000021626' }).addsUp).toBe(true);
  });

  it('counts what the marketplace bore: usage above the hold, and free tokens', () => {
    const overrun = { ...RECEIPT, charged_usd: '0.000020000', overrun_usd: '0.000001626' };
    expect(receiptSum(overrun).addsUp).toBe(true);
    const free = { ...RECEIPT, charged_usd: '0.000000000', subsidy_usd: '0.000021626', free_tokens: true };
    expect(receiptSum(free).addsUp).toBe(true);
    expect(receiptSum({ ...free, subsidy_usd: '0.000021625' }).addsUp).toBe(false);
  });

  it('asks only the fee on the buyer’s own key, and nothing for what is free', () => {
    const price = { ...RECEIPT.price, fee_bps: 500 };
    const byok = receiptSum({ ...RECEIPT, mode: 'byok', price, charged_usd: '0.000001082' });
    expect([byok.feeBps, byok.priceNano, byok.addsUp]).toEqual([500, 1_082n, true]);
    expect(formatRounding(byok)).toBe('$0.0000000007498');
    const free = receiptSum({ ...RECEIPT, mode: 'free', charged_usd: '0.000000000' });
    expect([free.priceNano, free.rounded, free.addsUp]).toEqual([0n, false, true]);
  });

  it('is about images where those are sold', () => {
    const price = {
      ...RECEIPT.price,
      unit: 'image' as const,
      list_pico: { ...RECEIPT.price.list_pico, image: '57142857143' },
    };
    const usage = {
      ...RECEIPT.usage,
      input_tokens: 0,
      output_tokens: 0,
      cached_input_tokens: 0,
      cache_write_tokens: 0,
      images: 2,
    };
    const sum = receiptSum({ ...RECEIPT, price, usage, charged_usd: '0.114285715' });
    expect(sum.lines.map(({ name, price: each }) => [name, each])).toEqual([['Images', '0.057142857143']]);
    expect([sum.priceNano, sum.addsUp]).toEqual([114_285_715n, true]);
  });
});

describe('pico-dollars', () => {
  it('are written with all their decimals', () => {
    expect(formatPico(8_050_000n)).toBe('$0.00000805');
    expect(formatPico(0n)).toBe('$0.00');
    expect(formatPico(1_234_500_000_000_001n)).toBe('$1,234.500000000001');
  });
});
