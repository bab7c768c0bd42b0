import type { MarketplaceStats, ModelDetail, ModelList, ModelQuery, PriceHistory } from '@q/contract/models';
import type { OllamaModel } from '@q/providers/ollama/list-models';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { ProvidersFile } from '../../providers-file.ts';
import type { CatalogChanges } from './apply-catalog.ts';
import { buildModels } from './build-models.ts';
import { createListing, listModels } from './listing.ts';
import { loadSeed } from './load-seed.ts';
import { isLocal } from './local-models.ts';
import { marketplaceStats } from './marketplace-stats.ts';
import type { CatalogModel, KnownModel, ModelStats } from './model.ts';
import { planServed, type ServedAt, withOffers } from './offers.ts';
import { presentModelDetail, presentPriceHistory } from './present-model.ts';
import type { CatalogSource } from './read-source.ts';
import { createRefreshTurns, type RefreshOptions } from './refresh-turns.ts';
import type { Seed } from './seed-format.ts';
import { toListedModel } from './select-models.ts';
import {
  NO_STATS,
  readModels,
  readPriceHistory,
  readPriceVersions,
  readRatings,
  readTotals,
  readUsage,
  type Totals,
} from './store.ts';
import { createCatalogWriter } from './write-catalog.ts';

export type { CatalogModel, KnownModel, Offer } from './model.ts';

const REFRESH_MS = 30_000;
/** A price that changed every week has this many versions after ten years. */
const PRICE_HISTORY_MAX = 500;
/** Counting calls takes longer as they grow: it is done less often then, so that it never takes more than this share of the time. */
const STATS_TIME_SHARE = 0.02;

/** What the catalog needs. */
export interface CatalogDeps {
  database: Database;
  clock?: Clock;
  /** True when the provider can be called now: its key is there, or it answers. */
  isProviderAvailable: (providerId: string) => boolean;
  /** False for a model that its provider, which can be called, does not have now. Every model is there when absent. */
  isThere?: (model: Pick<KnownModel, 'provider' | 'upstreamModel'>) => boolean;
  /** The configured commission on what the buyer pays, in basis points: it counts where no administrator has set another rate. */
  commissionBps: number;
  /** Provider calls the gateway makes; models that need another kind are known but not available. Chat when absent. */
  servedEndpoints?: readonly CatalogModel['endpoints'][number][];
  /** Told when a refresh in the background fails; the catalog goes on with what it has. */
  onError?: (error: unknown) => void;
}

/** The figures of use: ratings as they are, calls counted anew only when their time has come. */
function createStatsReader(database: Database, clock: Clock) {
  let usage: ReadonlyMap<string, ModelStats> = new Map();
  let totals: Totals = { users: 0, calls: 0, tokens: 0 };
  let nextAt = 0;

  async function countCalls(): Promise<void> {
    const startedAt = performance.now();
    usage = await readUsage(database, new Date(clock.now()));
    totals = await readTotals(database);
    nextAt = clock.now() + (performance.now() - startedAt) / STATS_TIME_SHARE;
  }

  return {
    totals: () => totals,
    async read(force: boolean): Promise<ReadonlyMap<string, ModelStats>> {
      if (force || clock.now() >= nextAt) await countCalls();
      const stats = new Map(usage);
      for (const { model_id: id, rating, reviews } of await readRatings(database)) {
        stats.set(id, { ...(stats.get(id) ?? NO_STATS), rating, reviews: Number(reviews) });
      }
      return stats;
    },
  };
}

async function historyOf(database: Database, model: KnownModel | undefined): Promise<PriceHistory | undefined> {
  return model && presentPriceHistory(model, await readPriceHistory(database, model.id, PRICE_HISTORY_MAX));
}

/**
 * The catalog: models, the price in force of each, search, and figures of use. Reads are served from an immutable snapshot in
 * memory that is replaced after every write and every 30 seconds. Nothing is known before `load()`.
 */
export function createCatalog(deps: CatalogDeps) {
  const { database, isProviderAvailable, commissionBps, onError } = deps;
  const { clock = systemClock, servedEndpoints = ['chat'], isThere = () => true } = deps;
  const figures = createStatsReader(database, clock);
  const writer = createCatalogWriter({ database, clock, commissionBps });
  let snapshot = createListing(new Map());
  let served: ServedAt[] = [];
  let stopTimer: (() => void) | null = null;

  async function takeSnapshot(options: RefreshOptions): Promise<void> {
    const now = new Date(clock.now());
    const rows = await readModels(database);
    const versions = await readPriceVersions(database, now);
    const stats = await figures.read(options.stats);
    const models = buildModels(rows, versions, stats, now);
    for (const model of models.values()) if (isLocal(model) && !isThere(model)) models.delete(model.id);
    snapshot = createListing(withOffers(models, { served, versions, isProviderAvailable, now }), snapshot);
  }

  const { refresh, refreshRatings } = createRefreshTurns(takeSnapshot, onError);

  const isAvailable = (model: KnownModel): model is CatalogModel =>
    model.status !== 'retired' &&
    (model.offers.length > 0 ||
      (isProviderAvailable(model.provider) &&
        isThere(model) &&
        model.endpoints.some((endpoint) => servedEndpoints.includes(endpoint))));

  return {
    /** Brings the database up to the seed and the commission in force, takes the first snapshot and keeps it fresh. */
    async load(seed?: Seed): Promise<CatalogChanges> {
      const changes = await writer.seed(seed ?? (await loadSeed()));
      await refresh({ stats: true });
      stopTimer ??= clock.every(REFRESH_MS, () => {
        refresh().catch((error: unknown) => onError?.(error));
      });
      return changes;
    },

    refresh,
    refreshRatings,

    /**
     * Brings the database up to the operator's own file: its providers, their models, and a new price version wherever a price differs.
     * Models the file has no longer are retired; what they cost stays known. What its providers serve of other models is offered from then on.
     */
    async keep(file: ProvidersFile): Promise<CatalogChanges> {
      const plan = planServed(file.providers, snapshot.models);
      served = plan.served;
      const changes = await writer.file(file, plan.prices);
      await refresh();
      return { ...changes, skipped: [...changes.skipped, ...plan.skipped] };
    },

    /** Offers what the Ollama server has. A model that is new there is new here; one that is gone there is not shown any more. */
    async keepLocal(found: readonly OllamaModel[]): Promise<CatalogChanges> {
      const changes = await writer.local(found);
      await refresh();
      return changes;
    },

    /**
     * Carries out a change of commission rates and, in the same transaction, gives the models concerned new price versions. What was in
     * force before stays as it is: calls that are running end at the price they began with. Answers the ids of the models repriced.
     */
    async reprice(change: (tx: Queryable, now: Date) => Promise<void>): Promise<string[]> {
      const repriced = await writer.commission(change);
      if (repriced.length > 0) await refresh();
      return repriced;
    },

    /** Stops keeping the snapshot fresh. */
    close(): void {
      stopTimer?.();
      stopTimer = null;
    },

    /** The model with this id, retired ones too. From memory. */
    get: (id: string): KnownModel | undefined => snapshot.models.get(id),

    /** Every model, by id. */
    all: (): KnownModel[] => [...snapshot.models.values()],

    /** The models that can be called now, by id. */
    callable: (): CatalogModel[] => [...snapshot.models.values()].filter(isAvailable),

    /** True when the model can be called now. */
    isAvailable,

    /** One model as the API shows it; undefined when there is none. */
    show(id: string): ModelDetail | undefined {
      const model = snapshot.models.get(id);
      if (model === undefined) return undefined;
      return presentModelDetail(toListedModel(model), isAvailable(model), isProviderAvailable(model.provider));
    },

    /** What one model has cost, costs and will cost, newest first; undefined when there is no such model. From the database. */
    priceHistory: (id: string): Promise<PriceHistory | undefined> => historyOf(database, snapshot.models.get(id)),

    /** A page of models: filtered, sorted, counted. With `q` it searches. */
    list: (query: ModelQuery): ModelList => listModels(snapshot, query, isAvailable),

    /** Totals and leaderboards of the marketplace. */
    stats: (): MarketplaceStats =>
      marketplaceStats(snapshot.listed, { isAvailable, totals: figures.totals(), now: new Date(clock.now()) }),

    /**
     * Takes facts and prices from another catalog. Throws AppError `invalid_request` for a bad file, with nothing changed.
     * `dryRun` only tells what would change; `addNew` also takes models that are not stored yet.
     */
    async sync(source: CatalogSource, options: { dryRun?: boolean; addNew?: boolean } = {}): Promise<CatalogChanges> {
      const { dryRun = false, addNew = false } = options;
      const changes = await writer.source(source, { addNew, write: !dryRun });
      if (!dryRun) await refresh();
      return changes;
    },
  };
}

export type Catalog = ReturnType<typeof createCatalog>;
