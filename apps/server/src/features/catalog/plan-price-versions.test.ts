import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atCommission, type PriceTerms, planPriceVersions, resaleTerms } from './plan-price-versions.ts';
import { type NewPriceVersion, type PriceVersion, sameTerms } from './price.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const terms = (input: string, bps = 3_000): PriceTerms => resaleTerms({ unit: 'token', input, output: '2.00' }, bps);
const at = (offset: number) => new Date(NOW + offset);

function stored(versions: readonly NewPriceVersion[]): PriceVersion[] {
  return versions.map((version, index) => ({ ...version, id: BigInt(index + 1) }));
}

function plan(existing: PriceVersion[], wanted: { from: Date; terms: PriceTerms }[], now = NOW) {
  return planPriceVersions({ modelId: 'a/b', existing, wanted, now });
}

/** What a buyer pays at a moment. */
function priceAt(versions: readonly NewPriceVersion[], time: number) {
  return versions
    .filter((version) => version.validFrom.getTime() <= time)
    .sort((a, b) => +a.validFrom - +b.validFrom)
    .at(-1);
}

test('the first price is in force since the day it is known from', () => {
  const planned = plan([], [{ from: at(-30 * DAY), terms: terms('1.00') }]);
  expect(planned.map(({ validFrom }) => validFrom)).toEqual([at(-30 * DAY)]);
});

test('an announced price waits for its day', () => {
  const planned = plan(
    [],
    [
      { from: at(-DAY), terms: terms('1.00') },
      { from: at(40 * DAY), terms: terms('2.00') },
    ],
  );
  expect(planned.map(({ validFrom, list }) => [validFrom, list.input])).toEqual([
    [at(-DAY), 1_428_572n],
    [at(40 * DAY), 2_857_143n],
  ]);
});

test('what is already in force is not written again', () => {
  const wanted = [
    { from: at(-DAY), terms: terms('1.00') },
    { from: at(40 * DAY), terms: terms('2.00') },
  ];
  const existing = stored(plan([], wanted));
  expect(plan(existing, wanted)).toEqual([]);
  expect(plan(existing, wanted, NOW + 60 * DAY)).toEqual([]);
});

test('a changed price counts from now, never from earlier', () => {
  const existing = stored(plan([], [{ from: at(-DAY), terms: terms('1.00') }]));
  const planned = plan(existing, [{ from: at(-DAY), terms: terms('1.10') }]);
  expect(planned.map(({ validFrom }) => validFrom)).toEqual([at(0)]);
});

test('an announcement that is called off is corrected at the moment it would have come, once', () => {
  const existing = stored(
    plan(
      [],
      [
        { from: at(-DAY), terms: terms('1.00') },
        { from: at(40 * DAY), terms: terms('2.00') },
      ],
    ),
  );
  const steady = [{ from: at(-DAY), terms: terms('1.00') }];
  const planned = plan(existing, steady);
  expect(planned.map(({ validFrom }) => validFrom)).toEqual([at(40 * DAY + 1)]);
  expect(plan(stored([...existing, ...planned]), steady)).toEqual([]);
});

test('another commission reprices what is in force and what is announced', () => {
  const wanted = (bps: number) => [
    { from: at(-DAY), terms: terms('1.00', bps) },
    { from: at(40 * DAY), terms: terms('2.00', bps) },
  ];
  const existing = stored(plan([], wanted(3_000)));
  const planned = plan(existing, wanted(1_000));
  expect(planned.map(({ validFrom, commissionBps }) => [validFrom, commissionBps])).toEqual([
    [at(0), 1_000],
    [at(40 * DAY + 1), 1_000],
  ]);
});

test('whatever was stored before, the wanted prices hold from now on, and a second pass adds nothing', () => {
  const point = fc.record({ day: fc.integer({ min: -5, max: 5 }), usd: fc.integer({ min: 1, max: 4 }) });
  const timeline = fc.uniqueArray(point, { selector: ({ day }) => day, minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(timeline, timeline, (before, after) => {
      const toWanted = (points: { day: number; usd: number }[]) => [
        { from: at(-9 * DAY), terms: terms('9.00') },
        ...points.map(({ day, usd }) => ({ from: at(day * DAY), terms: terms(`${usd}.00`) })),
      ];
      const existing = stored(plan([], toWanted(before), NOW - 10 * DAY));
      const planned = plan(existing, toWanted(after));
      const all = [...existing, ...planned];
      expect(planned.every(({ validFrom }) => validFrom.getTime() >= NOW)).toBe(true);
      expect(new Set(all.map(({ validFrom }) => validFrom.getTime())).size).toBe(all.length);
      for (let day = 0; day <= 6; day += 1) {
        const time = NOW + day * DAY + 1_000;
        const want = priceAt(
          toWanted(after).map((one) => ({ ...one.terms, modelId: 'a/b', validFrom: one.from })),
          time,
        );
        const have = priceAt(all, time);
        expect(want && have && sameTerms(want, have)).toBe(true);
      }
      expect(plan(stored(all), toWanted(after), NOW + 1)).toEqual([]);
    }),
  );
});

describe('terms', () => {
  test('a model that costs nothing is free and bears no commission', () => {
    const free = resaleTerms({ unit: 'token', input: '0.00', output: '0.00' }, 3_000);
    expect([free.mode, free.commissionBps, free.list.input]).toEqual(['free', 0, 0n]);
  });

  test('without a price of their own, cached and cache-write tokens cost what input costs', () => {
    const { cost } = resaleTerms({ unit: 'token', input: '4.00', output: '20.00' }, 3_000);
    expect(cost).toEqual({
      input: 4_000_000n,
      cachedInput: 4_000_000n,
      cacheWrite: 4_000_000n,
      output: 20_000_000n,
      image: 0n,
    });
  });

  test('an image is sold by the piece', () => {
    const { unit, list } = resaleTerms({ unit: 'image', image: '0.08' }, 3_000);
    expect([unit, list.image, list.output]).toEqual(['image', 114_285_714_286n, 0n]);
  });

  test('a new commission moves the price of what is resold, and only the share of what a publisher sells', () => {
    const resold = atCommission(terms('1.00'), 0);
    expect([resold.commissionBps, resold.list.input]).toEqual([0, 1_000_000n]);
    const published = atCommission({ ...terms('1.00'), mode: 'publisher' }, 0);
    expect([published.commissionBps, published.list.input]).toEqual([0, 1_428_572n]);
    const free = resaleTerms({ unit: 'token', input: '0.00', output: '0.00' }, 3_000);
    expect(atCommission(free, 1_000)).toEqual(free);
  });
});
