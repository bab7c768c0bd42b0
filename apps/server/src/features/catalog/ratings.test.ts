import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { seedModelFixture } from './model-fixture.ts';
import type { Seed } from './seed-format.ts';
import { type CatalogDeps, createCatalog } from './service.ts';

const SEED: Seed = {
  format: 'q-catalog/1',
  providers: [{ id: 'acme', name: 'Acme', docs_url: null }],
  models: [seedModelFixture({ id: 'acme/cheap', name: 'Cheap' }), seedModelFixture({ id: 'acme/other' })],
};

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  database = openDatabase(created.url);
});
afterAll(async () => {
  await database.close();
  await drop();
});
beforeEach(() => database.query('DELETE FROM reviews'));

async function loaded(over: Partial<CatalogDeps> = {}) {
  const catalog = createCatalog({ database, commissionBps: 3_000, isProviderAvailable: () => true, ...over });
  await catalog.load(SEED);
  return catalog;
}

let people = 0;

/** Reviews of `acme/cheap`, each by somebody else. */
async function review(...ratings: number[]): Promise<void> {
  for (const rating of ratings) {
    people += 1;
    const id = `reviewer-${people}`;
    await database.query("INSERT INTO users (id, email, email_key, password_hash) VALUES ($1, $1, $1, '')", [id]);
    await database.query(
      "INSERT INTO reviews (id, model_id, user_id, rating, content) VALUES ($1, 'acme/cheap', $1, $2, 'Good.')",
      [id, rating],
    );
  }
}

test('ratings are the mean of the reviews', async () => {
  await review(5, 4, 4);
  const catalog = await loaded();
  expect(catalog.show('acme/cheap')).toMatchObject({ rating: 4.33, reviews: 3 });
  expect(catalog.show('acme/other')).toMatchObject({ rating: null, reviews: 0 });
  expect(catalog.list({ min_rating: '4' }).data.map((model) => model.id)).toEqual(['acme/cheap']);
  expect(catalog.stats().best_rated).toMatchObject([{ id: 'acme/cheap', reviews: 3 }]);
  catalog.close();
});

test('every refresh reads them, though calls are counted seldom', async () => {
  const catalog = await loaded();
  await review(2);
  await catalog.refresh();
  expect(catalog.show('acme/cheap')).toMatchObject({ rating: 2, reviews: 1 });
  await database.query('DELETE FROM reviews');
  await catalog.refresh();
  expect(catalog.show('acme/cheap')).toMatchObject({ rating: null, reviews: 0 });
  catalog.close();
});

test('a refresh that began before a review cannot take it back', async () => {
  let release = () => {};
  let reached = () => {};
  const stopped = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let slow = false;
  const catalog = await loaded({
    database: {
      ...database,
      query: async (text, ...rest) => {
        const rows = await database.query(text, ...rest);
        if (slow && text.includes('FROM reviews')) {
          slow = false;
          reached();
          await gate;
        }
        return rows as never;
      },
    },
  });
  slow = true;
  const earlier = catalog.refresh();
  await stopped;
  await review(5);
  const later = [catalog.refreshRatings(), catalog.refreshRatings()];
  await new Promise((resume) => setTimeout(resume, 20));
  release();
  await Promise.all([earlier, ...later]);
  expect(catalog.show('acme/cheap')?.reviews).toBe(1);
  catalog.close();
});

test('what is asked for while a snapshot is taken shares the next one', async () => {
  let snapshots = 0;
  const catalog = await loaded({
    database: {
      ...database,
      query: (text, ...rest) => {
        if (text.includes('FROM reviews')) snapshots += 1;
        return database.query(text, ...rest);
      },
    },
  });
  snapshots = 0;
  await Promise.all(Array.from({ length: 50 }, () => catalog.refreshRatings()));
  expect(snapshots).toBeLessThanOrEqual(2);
  await catalog.refreshRatings();
  expect(snapshots).toBeLessThanOrEqual(3);
  catalog.close();
});

test('an error while they are read is told, and the next reading works', async () => {
  const told: unknown[] = [];
  let broken = false;
  const catalog = await loaded({
    onError: (error) => void told.push(error),
    database: {
      ...database,
      query: (text, ...rest) =>
        broken && text.includes('FROM reviews') ? Promise.reject(new Error('gone')) : database.query(text, ...rest),
    },
  });
  await review(3);
  broken = true;
  await catalog.refreshRatings();
  expect([told.length, catalog.show('acme/cheap')?.reviews]).toEqual([1, 0]);
  broken = false;
  await catalog.refreshRatings();
  expect(catalog.show('acme/cheap')).toMatchObject({ rating: 3, reviews: 1 });
  catalog.close();
});
