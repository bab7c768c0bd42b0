import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commissionOf } from './charge.ts';
import { planRefund, type RefundableCharge } from './refund-plan.ts';

const PLATFORM = 100n;
const PUBLISHER = 101n;

interface Part {
  accountId: bigint;
  amount: bigint;
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const add = (map: Map<bigint, bigint>, key: bigint, amount: bigint) => map.set(key, (map.get(key) ?? 0n) + amount);
const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
const bps = fc.integer({ min: 0, max: 9_999 });
const lines = fc
  .array(fc.record({ accountId: fc.bigInt({ min: 1n, max: 4n }), amount }), { minLength: 1, maxLength: 6 })
  .filter((list) => list.length > 0);

/** A charged call of a publisher: lines that hold at least as much, and the split of the charge. */
const charges = fc
  .record({ lines, share: fc.bigInt({ min: 1n, max: 1_000_000n }), bps })
  .map(({ lines: held, share, bps: rate }) => {
    const charged = (sum(held.map((line) => line.amount)) * share + 999_999n) / 1_000_000n;
    const commission = commissionOf(charged, rate);
    const earned = [
      { accountId: PLATFORM, amount: commission },
      { accountId: PUBLISHER, amount: charged - commission },
    ].filter((part) => part.amount > 0n);
    return { bps: rate, charge: { charged, refunded: 0n, lines: held, earned } satisfies RefundableCharge };
  });

/** What each wallet pays for a call of this cost, used up line by line. */
function paidOf(held: readonly Part[], cost: bigint): Map<bigint, bigint> {
  const paid = new Map<bigint, bigint>();
  let left = cost;
  for (const line of held) {
    const part = left < line.amount ? left : line.amount;
    left -= part;
    if (part > 0n) add(paid, line.accountId, part);
  }
  return paid;
}

/** Refunds parts of these sizes, and then all that is left: what each account gave and got. */
function refundInParts(charge: RefundableCharge, sizes: readonly bigint[]) {
  const gave = new Map<bigint, bigint>();
  const got = new Map<bigint, bigint>();
  let refunded = 0n;
  for (const wanted of [...sizes, charge.charged]) {
    const left = charge.charged - refunded;
    if (left === 0n) break;
    const size = wanted > left ? left : wanted;
    for (const { debit, credit, amount: moved } of planRefund({ ...charge, refunded }, size)) {
      add(gave, debit, moved);
      add(got, credit, moved);
    }
    refunded += size;
  }
  return { gave, got };
}

const nonZero = (map: Map<bigint, bigint>) => new Map([...map].filter(([, value]) => value !== 0n).sort());

describe('planRefund', () => {
  test('moves exactly the amount, in parts above zero', () => {
    fc.assert(
      fc.property(charges, fc.bigInt({ min: 1n, max: 10n ** 13n }), ({ charge }, wanted) => {
        const size = wanted > charge.charged ? charge.charged : wanted;
        const transfers = planRefund(charge, size);
        expect(sum(transfers.map((transfer) => transfer.amount))).toBe(size);
        for (const transfer of transfers) expect(transfer.amount > 0n).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('over any sequence of refunds everybody gives back exactly what they got, and gets back exactly what they paid', () => {
    fc.assert(
      fc.property(charges, fc.array(amount, { maxLength: 12 }), ({ charge }, sizes) => {
        const { gave, got } = refundInParts(charge, sizes);
        expect(nonZero(gave)).toEqual(new Map(charge.earned.map((part) => [part.accountId, part.amount])));
        expect(nonZero(got)).toEqual(nonZero(paidOf(charge.lines, charge.charged)));
      }),
      { numRuns: 3_000 },
    );
  });

  test('holds for any number of earners', () => {
    const many = fc.array(amount, { minLength: 3, maxLength: 5 }).map((amounts) => {
      const earned = amounts.map((each, index) => ({ accountId: PLATFORM + BigInt(index), amount: each }));
      const charged = sum(amounts);
      return { charged, refunded: 0n, lines: [{ accountId: 1n, amount: charged }], earned };
    });
    fc.assert(
      fc.property(many, fc.array(amount, { maxLength: 6 }), (charge, sizes) => {
        const { gave } = refundInParts(charge, sizes);
        expect(gave).toEqual(new Map(charge.earned.map((part) => [part.accountId, part.amount])));
        const first = new Map<bigint, bigint>();
        const half = charge.charged / 2n;
        for (const { debit, amount: moved } of planRefund(charge, half)) add(first, debit, moved);
        for (const part of charge.earned) {
          const off = (first.get(part.accountId) ?? 0n) - (part.amount * half) / charge.charged;
          expect(off >= -5n && off <= 5n).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('leaves the books as if the call had cost so much less: the publisher keeps at least their share of the rest', () => {
    fc.assert(
      fc.property(charges, fc.bigInt({ min: 1n, max: 10n ** 12n }), ({ charge, bps: rate }, wanted) => {
        const size = wanted > charge.charged ? charge.charged : wanted;
        const rest = charge.charged - size;
        const transfers = planRefund(charge, size);
        const back = (accountId: bigint) =>
          sum(transfers.filter((transfer) => transfer.credit === accountId).map((transfer) => transfer.amount));
        const given = (accountId: bigint) =>
          sum(transfers.filter((transfer) => transfer.debit === accountId).map((transfer) => transfer.amount));
        const earned = (accountId: bigint) => charge.earned.find((part) => part.accountId === accountId)?.amount ?? 0n;
        for (const [accountId, paid] of paidOf(charge.lines, charge.charged))
          expect(paid - back(accountId)).toBe(paidOf(charge.lines, rest).get(accountId) ?? 0n);
        const kept = earned(PLATFORM) - given(PLATFORM);
        const fair = commissionOf(rest, rate);
        expect(kept <= fair && kept >= fair - 1n).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('paid money goes back before promotional money, which was charged first', () => {
    const charge = {
      charged: 50n,
      refunded: 0n,
      lines: [
        { accountId: 1n, amount: 30n },
        { accountId: 2n, amount: 40n },
      ],
      earned: [{ accountId: PLATFORM, amount: 50n }],
    };
    expect(planRefund(charge, 15n)).toEqual([{ debit: PLATFORM, credit: 2n, amount: 15n }]);
    expect(planRefund({ ...charge, refunded: 15n }, 10n)).toEqual([
      { debit: PLATFORM, credit: 1n, amount: 5n },
      { debit: PLATFORM, credit: 2n, amount: 5n },
    ]);
  });

  test.each([0n, -1n, 51n])('%s of 50 is refused', (size) => {
    const earned = [{ accountId: PLATFORM, amount: 50n }];
    const charge = { charged: 50n, refunded: 0n, lines: [{ accountId: 1n, amount: 50n }], earned };
    expect(() => planRefund(charge, size)).toThrow(RangeError);
  });
});
