import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { jsonLines, numberArray, textArray } from './array-parameters.ts';
import { type Database, openDatabase } from './database.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const { url, drop: dropDatabase } = await createTestDatabase();
  database = openDatabase(url);
  drop = dropDatabase;
});
afterAll(async () => {
  await database.close();
  await drop();
});

async function back<T>(type: string, parameter: string): Promise<T> {
  const [row] = await database.query<{ back: T }>(`SELECT ${type} AS back`, [parameter]);
  return (row ?? { back: undefined as T }).back;
}

// PostgreSQL has no NUL in its texts.
const text = fc.oneof(
  fc.constantFrom('', 'null', 'NULL', '{}', ',', '"', '\\', ' ', '\n', 'é', 'req_1', 'a b', '\\"', "'"),
  fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
);

test('any texts and nulls come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
      expect(await back('$1::text[]', textArray(values))).toEqual(values);
    }),
    { numRuns: 200 },
  );
});

test('any whole numbers and nulls come back as they were', async () => {
  const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(whole)), async (values) => {
      const texts = values.map((value) => value?.toString() ?? null);
      expect(await back('$1::bigint[]::text[]', numberArray(values))).toEqual(texts);
    }),
  );
});

test('any JSON comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.json(), { minLength: 1 }), async (values) => {
      expect(await back("string_to_array($1, E'\\n', '')", jsonLines(values))).toEqual(values);
    }),
  );
  expect(await back("string_to_array($1, E'\\n', '')", jsonLines(['1', null, '2']))).toEqual(['1', null, '2']);
});
