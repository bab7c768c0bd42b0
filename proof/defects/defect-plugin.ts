import type { Plugin } from 'vitest/config';
import { DEFECTS, withDefect } from './defects.ts';

/** Puts the defect that `DEFECT` names into the modules it is about while they are loaded; the files stay as they are. */
export function defectPlugin(): Plugin {
  const name = process.env['DEFECT'];
  const defect = name === undefined ? undefined : DEFECTS.find((each) => each.name === name);
  if (name !== undefined && defect === undefined) throw new Error(`There is no defect "${name}".`);
  return {
    name: 'defect',
    enforce: 'pre',
    transform(code, id) {
      const patches = defect?.patches.filter(({ file }) => id.endsWith(file)) ?? [];
      return patches.length === 0 ? null : { code: withDefect(code, patches), map: null };
    },
  };
}
