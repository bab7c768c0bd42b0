import type { Usage } from '@q/providers/spec/usage';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { listPrice, type PriceVersion, type UnitPrices } from '../apps/server/src/features/catalog/price.ts';
import { commissionOf, costOf, grossOf } from '../apps/server/src/features/ledger/charge.ts';
import { planRefund } from '../apps/server/src/features/ledger/refund-plan.ts';
import { type Asset, planSettlement, releaseOf } from '../apps/server/src/features/ledger/settlement.ts';
import { report } from './lib/figures.ts';
import { bySize, CHECK } from './lib/settings.ts';

const CASES = bySize({ small: 2_000, ordinary: 30_000, full: 1_250_000 });

let cases = 0;
afterAll(() => report('arithmetic', { cases }));

/** Checks a property over `CASES` cases, without a deep comparison in each: those would take most of the time. */
function always<T>(values: fc.Arbitrary<T>, holds: (value: T) => boolean): void {
  fc.assert(
    fc.property(values, (value) => {
      cases += 1;
      return holds(value);
    }),
    { ...CHECK, numRuns: CASES },
  );
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
const tokens = fc.integer({ min: 0, max: 2_000_000 });
const pico = fc.bigInt(0n, 600_000_000n);
const bps = fc.integer({ min: 0, max: 9_999 });
const usage: fc.Arbitrary<Usage> = fc
  .record({ plain: tokens, cached: tokens, write: tokens, output: tokens, images: fc.integer({ min: 0, max: 20 }) })
  .map(({ plain, cached, write, output, images }) => ({
    inputTokens: plain + cached + write,
    cachedInputTokens: cached,
    cacheWriteTokens: write,
    outputTokens: output,
    reasoningTokens: 0,
    images,
  }));
const costs: fc.Arbitrary<UnitPrices> = fc.record({
  input: pico,
  cachedInput: pico,
  cacheWrite: pico,
  output: pico,
  image: fc.bigInt(0n, 400_000_000_000n),
});
const mode = fc.constantFrom<PriceVersion['mode']>('resale', 'publisher', 'byok', 'free');
const price: fc.Arbitrary<PriceVersion> = fc
  .record({ cost: costs, bps, mode, fee: bps })
  .map(({ cost, bps: commissionBps, mode: terms, fee }) => ({
    ...{ id: 1n, modelId: 'a/b', mode: terms, commissionBps, unit: 'token', validFrom: new Date(0), cost },
    ...(terms === 'byok' ? { feeBps: fee } : {}),
    list: {
      input: listPrice(cost.input, commissionBps),
      cachedInput: listPrice(cost.cachedInput, commissionBps),
      cacheWrite: listPrice(cost.cacheWrite, commissionBps),
      output: listPrice(cost.output, commissionBps),
      image: listPrice(cost.image, commissionBps),
    },
  }));

/** The exact price in pico-dollars, each kind of token on a line of its own, as a reader of the invoice would add it up. */
function exactPico(call: Usage, prices: UnitPrices): bigint {
  return sum([
    BigInt(call.inputTokens - call.cachedInputTokens - call.cacheWriteTokens) * prices.input,
    BigInt(call.cachedInputTokens) * prices.cachedInput,
    BigInt(call.cacheWriteTokens) * prices.cacheWrite,
    BigInt(call.outputTokens) * prices.output,
    BigInt(call.images ?? 0) * prices.image,
  ]);
}

/** True when `whole` is `exact / divisor` rounded up, said without dividing. */
const isUpFrom = (exact: bigint, whole: bigint, divisor: bigint) =>
  whole * divisor >= exact && whole * divisor - exact < divisor;

/** A call to be settled: what was held of whom, and what it came to. */
const settlements = fc
  .record({
    price,
    usage,
    asset: fc.constantFrom<Asset>('USD', 'FREE_TOKEN'),
    amounts: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.bigInt(1n, 2_000_000_000n)), { maxLength: 5 }),
  })
  .map(({ amounts, ...rest }) => {
    const lines = amounts.map(([wallet, amount], index) => ({ seq: index + 1, accountId: BigInt(wallet), amount }));
    const gross = grossOf(rest.usage, rest.price);
    const cost = rest.price.mode === 'resale' ? costOf(rest.usage, rest.price) : 0n;
    const used = BigInt(rest.usage.inputTokens + rest.usage.outputTokens);
    return { ...rest, lines, gross, cost, tokens: used, payee: 'p', held: sum(lines.map(({ amount }) => amount)) };
  });

type Plan = ReturnType<typeof planSettlement>;
const movedBy = (plan: Plan, side: 'debit' | 'credit', isOne: (account: string | bigint) => boolean) =>
  sum(plan.transfers.filter((transfer) => isOne(transfer[side])).map(({ amount }) => amount));
const isWallet = (side: string | bigint) => typeof side === 'bigint';

describe('the price of a call', () => {
  test('is the exact sum of its units, rounded once, up', () => {
    always(fc.tuple(usage, price), ([call, version]) => {
      const gross = grossOf(call, version);
      if (version.mode === 'free') return gross === 0n;
      const pico = exactPico(call, version.list);
      if (version.mode === 'byok') return isUpFrom(pico * BigInt(version.feeBps ?? 0), gross, 10_000_000n);
      return isUpFrom(pico, gross, 1_000n);
    });
  });

  test('is never below what the call costs the platform, whatever the commission', () => {
    always(fc.tuple(usage, price), ([call, version]) => {
      const cost = costOf(call, version);
      if (!isUpFrom(exactPico(call, version.cost), cost, 1_000n)) return false;
      return grossOf(call, { ...version, mode: 'resale' }) >= cost;
    });
  });

  test('leaves the platform its commission of every list price, less a millionth of a millionth', () => {
    always(fc.tuple(pico, bps), ([cost, rate]) => {
      const list = listPrice(cost, rate);
      return isUpFrom(cost * 10_000n, list, BigInt(10_000 - rate));
    });
  });
});

describe('the split', () => {
  test('of a sale gives the publisher never less than the rest, and loses nothing', () => {
    always(fc.tuple(fc.bigInt(0n, 10n ** 15n), bps), ([gross, rate]) => {
      const house = commissionOf(gross, rate);
      return (
        house * 10_000n <= gross * BigInt(rate) &&
        (gross - house) * 10_000n >= gross * BigInt(10_000 - rate) &&
        gross * BigInt(rate) - house * 10_000n < 10_000n
      );
    });
  });

  test('of a settlement charges the price but never more than was held, and moves exactly that', () => {
    always(settlements, (call) => {
      const plan = planSettlement(call);
      const { charged, subsidy, overrun, wallets, transfers } = plan;
      const charges = sum(wallets.map(({ charge }) => charge));
      const due = call.asset === 'USD' ? call.gross : call.tokens;
      const earned = movedBy(plan, 'credit', (side) => /^(revenue|payable:publisher):/.test(String(side)));
      return [
        transfers.every(({ amount }) => amount > 0n),
        charges === least(due, call.held),
        wallets.every(({ charge, release }) => charge <= release),
        sum(wallets.map(({ release }) => release)) === call.held,
        movedBy(plan, 'debit', isWallet) === charges,
        movedBy(plan, 'credit', isWallet) === 0n,
        call.asset === 'USD' ? charged === charges && subsidy === 0n : charged === 0n && subsidy === call.gross,
        charged + subsidy + overrun === call.gross,
        earned === charged + subsidy + (call.price.mode === 'resale' ? overrun : 0n),
        movedBy(plan, 'debit', (side) => side === 'expense:provider_cost') === call.cost,
      ].every(Boolean);
    });
  });

  test('of a call without a charge frees every line and charges none', () => {
    always(settlements, ({ lines, held }) => {
      const freed = releaseOf(lines);
      return sum(freed.map(({ release }) => release)) === held && freed.every(({ charge }) => charge === 0n);
    });
  });
});

type Charge = Omit<Parameters<typeof planRefund>[0], 'refunded'>;

/** Refunds in these sizes, each cut to what is left: what every account gave or got; null when a part moved another sum than asked. */
function refundInParts(charge: Charge, sizes: readonly bigint[]): Map<bigint, bigint> | null {
  const back = new Map<bigint, bigint>();
  let refunded = 0n;
  for (const size of sizes) {
    const amount = least(size, charge.charged - refunded);
    if (amount === 0n) continue;
    const plan = planRefund({ ...charge, refunded }, amount);
    if (sum(plan.map((each) => each.amount)) !== amount || plan.some((each) => each.amount <= 0n)) return null;
    for (const { debit, credit, amount: part } of plan)
      for (const account of [debit, credit]) back.set(account, (back.get(account) ?? 0n) + part);
    refunded += amount;
  }
  return back;
}

describe('a refund', () => {
  test('in any parts gives back exactly what was paid, from those who earned it, and then no more', () => {
    const charges = fc.record({
      held: fc.array(fc.bigInt(1n, 10n ** 9n), { minLength: 1, maxLength: 4 }),
      share: fc.bigInt(1n, 1_000n),
      rate: bps,
      cuts: fc.array(fc.bigInt(1n, 1_000n), { maxLength: 3 }),
    });
    always(charges, ({ held, share, rate, cuts }) => {
      const charged = (sum(held) * share + 999n) / 1_000n;
      const house = commissionOf(charged, rate);
      const lines = held.map((amount, index) => ({ accountId: BigInt(index + 1), amount }));
      const earned = [
        { accountId: 101n, amount: house },
        { accountId: 102n, amount: charged - house },
      ];
      const sizes = cuts.map((part) => (charged * part) / 2_000n);
      const back = refundInParts({ charged, lines, earned }, [...sizes, charged]);
      if (back === null) return false;
      let left = charged;
      const paid = lines.map((line) => {
        const part = least(left, line.amount);
        left -= part;
        return { accountId: line.accountId, amount: part };
      });
      return [...paid, ...earned].every(({ accountId, amount }) => (back.get(accountId) ?? 0n) === amount);
    });
    expect(() => planRefund({ charged: 5n, refunded: 3n, lines: [], earned: [] }, 3n)).toThrow(RangeError);
  });
});
