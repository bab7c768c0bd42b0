import type { Plugin } from 'vitest/config';

/** Property tests draw the same cases in every run: what passed passes again. Another seed, a whole number, draws others. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);

/** Seeds fast-check in the modules that use it, on their first line, so that no place in them moves. */
export function propertySeedPlugin(): Plugin {
  if (!Number.isInteger(SEED)) throw new Error('PROPERTY_SEED is a whole number.');
  const seeded = `import { configureGlobal as seedProperties } from 'fast-check'; seedProperties({ seed: ${SEED} });`;
  return {
    name: 'property-seed',
    enforce: 'pre',
    transform: (code) => (code.includes("from 'fast-check'") ? { code: seeded + code, map: null } : null),
  };
}
