import { AppError } from '../../lib/app-error.ts';
import { type ForeignCatalog, isModelsDev, readModelsDev } from './read-models-dev.ts';
import { seedSchema } from './seed-format.ts';
import type { ModelRow } from './store.ts';

const FAULTS_SHOWN_MAX = 20;

/** A catalog file to sync from: its parsed JSON and what it is called. */
export interface CatalogSource {
  /** Written beside each price it brings. */
  name: string;
  data: unknown;
  /** The day the file stands for, `YYYY-MM-DD`: models checked later are left alone. Seeds bear their own days. */
  asOf: string;
}

/** What a source holds for these rows, and the providers it names. Throws AppError `invalid_request` that lists every fault of a bad file. */
export function readSource(
  source: CatalogSource,
  rows: readonly ModelRow[],
  addNew: boolean,
): Omit<ForeignCatalog, 'faults'> & { providers: { id: string; name: string; docs_url: string | null }[] } {
  const { data, name, asOf } = source;
  if (typeof data === 'object' && data !== null && 'format' in data) {
    const parsed = seedSchema.safeParse(data);
    if (parsed.success) return { models: parsed.data.models, providers: parsed.data.providers, skipped: [] };
    throw badFile(
      name,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'catalog'}: ${issue.message}`),
    );
  }
  if (!isModelsDev(data)) {
    throw badFile(name, [
      'this is neither a seed of this program nor a models.dev catalog (https://models.dev/api.json)',
    ]);
  }
  const { faults, ...found } = readModelsDev(data, rows, { asOf, addNew });
  if (faults.length > 0) throw badFile(name, faults);
  return { ...found, providers: [] };
}

function badFile(name: string, faults: readonly string[]): AppError {
  const lines = faults.slice(0, FAULTS_SHOWN_MAX).map((fault) => `  - ${fault}`);
  const rest = faults.length > FAULTS_SHOWN_MAX ? `\n  … and ${faults.length - FAULTS_SHOWN_MAX} more` : '';
  return new AppError('invalid_request', {
    message: `${name} cannot be used, and nothing was changed:\n${lines.join('\n')}${rest}`,
  });
}
