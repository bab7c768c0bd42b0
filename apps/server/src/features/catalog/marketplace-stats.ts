import type { MarketplaceStats, PRICE_TIERS } from '@q/contract/models';
import type { KnownModel } from './model.ts';
import type { ListedModel } from './select-models.ts';
import type { Totals } from './store.ts';

const LEADERS_MAX = 10;

function leaders(
  listed: readonly ListedModel[],
  score: (model: KnownModel) => number,
  tie: (model: KnownModel) => number,
): KnownModel[] {
  return listed
    .map(({ model }) => model)
    .filter((model) => score(model) > 0)
    .sort((a, b) => score(b) - score(a) || tie(b) - tie(a) || (a.id < b.id ? -1 : 1))
    .slice(0, LEADERS_MAX);
}

/** Totals, leaderboards and the spread of prices. Boards are empty until there is real use. */
export function marketplaceStats(
  listed: readonly ListedModel[],
  context: { isAvailable: (model: KnownModel) => boolean; totals: Totals; now: Date },
): MarketplaceStats {
  const models = listed.map(({ model }) => model);
  const onSale = listed.filter(({ model }) => model.status !== 'retired');
  const inTier = (tier: (typeof PRICE_TIERS)[number]) => onSale.filter((one) => one.tier === tier).length;
  const withStatus = (status: KnownModel['status']) => models.filter((model) => model.status === status).length;
  const name = ({ id, name: label, provider }: KnownModel) => ({ id, name: label, provider });
  return {
    models: {
      total: models.length,
      active: withStatus('active'),
      deprecated: withStatus('deprecated'),
      retired: withStatus('retired'),
      available: models.filter(context.isAvailable).length,
    },
    providers: new Set(onSale.map(({ model }) => model.provider)).size,
    ...context.totals,
    most_used: leaders(
      listed,
      ({ stats }) => stats.usageCount,
      ({ stats }) => stats.uniqueUsers,
    ).map((model) => ({
      ...name(model),
      usage_count: model.stats.usageCount,
      unique_users: model.stats.uniqueUsers,
    })),
    best_rated: leaders(
      listed,
      ({ stats }) => stats.rating ?? 0,
      ({ stats }) => stats.reviews,
    ).map((model) => ({ ...name(model), rating: model.stats.rating ?? 0, reviews: model.stats.reviews })),
    price_distribution: {
      free: inTier('free'),
      budget: inTier('budget'),
      mid: inTier('mid'),
      premium: inTier('premium'),
    },
    generated_at: context.now.toISOString(),
  };
}
