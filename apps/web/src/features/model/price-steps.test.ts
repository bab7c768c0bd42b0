import type { PriceHistory, Pricing } from '@q/contract/models';
import { describe, expect, it } from 'vitest';
import { changeText, priceSteps } from './price-steps.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');

function pricing(input: string, output: string): Pricing {
  return { unit: 'million_tokens', currency: 'USD', input, output, cached_input: null, cache_write: null, image: null };
}

function version(day: string, input: string, output: string, provider = 'acme'): PriceHistory['data'][number] {
  const price = pricing(input, output);
  return {
    provider,
    provider_name: provider,
    valid_from: `${day}T00:00:00.000Z`,
    pricing: price,
    provider_pricing: price,
  };
}

describe('priceSteps', () => {
  it('tells what held when, what holds now and what comes, newest first', () => {
    const data = [
      version('2027-01-01', '3.00', '8.00'),
      version('2026-06-01', '2.00', '8.00'),
      version('2026-01-01', '4.00', '0.00'),
    ];
    const steps = priceSteps({ model: 'acme/one', data }, 'acme', NOW);
    expect(steps.map(({ state, until }) => [state, until])).toEqual([
      ['coming', null],
      ['now', null],
      ['past', '2026-06-01T00:00:00.000Z'],
    ]);
    expect(steps.map(({ change }) => [change.input, change.output])).toEqual([
      [50, 0],
      [-50, null],
      [null, null],
    ]);
  });

  it('leaves out what changes nothing for the buyer, and other providers', () => {
    const data = [
      version('2026-06-01', '2.00', '8.00'),
      version('2026-03-01', '9.00', '9.00', 'other'),
      version('2026-01-01', '2.00', '8.00'),
    ];
    const steps = priceSteps({ model: 'acme/one', data }, 'acme', NOW);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.version.valid_from).toBe('2026-01-01T00:00:00.000Z');
    expect(priceSteps({ model: 'acme/one', data: [] }, 'acme', NOW)).toEqual([]);
  });
});

it('changeText says a change with its sign', () => {
  expect([20, -5, 0, null].map(changeText)).toEqual(['+20 %', '−5 %', '', '']);
});
