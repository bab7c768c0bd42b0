import { readFile } from 'node:fs/promises';
import { type Seed, seedSchema } from './seed-format.ts';

const SEED_URL = new URL('../../../seeds/models.json', import.meta.url);

/** The catalog that comes with the program. */
export async function loadSeed(): Promise<Seed> {
  return seedSchema.parse(JSON.parse(await readFile(SEED_URL, 'utf8')));
}
