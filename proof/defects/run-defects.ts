import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '../lib/run-tests.ts';
import { DEFECTS, type Defect, withDefect } from './defects.ts';

/** What became of one defect. */
export interface DefectVerdict {
  name: string;
  caught: boolean;
  /** The test that caught it, or why nothing did. */
  by: string;
}

/** Throws when a patch does not fit the code any more. */
function checkPatches(root: string): void {
  for (const { name, patches } of DEFECTS) {
    for (const file of new Set(patches.map((patch) => patch.file))) {
      try {
        withDefect(
          readFileSync(join(root, file), 'utf8'),
          patches.filter((patch) => patch.file === file),
        );
      } catch (error) {
        throw new Error(`The defect ${name} does not fit the code: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

/** The same for every run: whether a defect is caught must not depend on chance. */
const SEED = '1';

/** Throws when the tests fail without any defect: whatever they caught would prove nothing. */
async function checkTests(root: string, env: Record<string, string>): Promise<void> {
  const args = [...new Set(DEFECTS.flatMap(({ tests }) => tests))];
  const { failed, broken, output } = await runTests({ root, args, env, shown: false });
  if (failed.length > 0 || broken) throw new Error(`without any defect the tests fail:\n${output}`);
}

async function tryDefect(root: string, defect: Defect, env: Record<string, string>): Promise<DefectVerdict> {
  const { name, tests } = defect;
  const run = await runTests({
    root,
    args: ['--bail=1', ...tests],
    env: { ...env, DEFECT: name },
    shown: false,
  });
  const [first] = run.failed;
  if (first !== undefined) return { name, caught: true, by: first };
  return { name, caught: false, by: run.broken ? `the tests did not run:\n${run.output}` : 'nothing' };
}

/**
 * Switches every defect on, one at a time in each of `atOnce` test runs, and tells which test caught it. Unless it is known that `testsPass`
 * without any defect, that is looked at first. Throws when they do not, or when a defect does not fit the code.
 */
export async function runDefects(
  root: string,
  options: { env: Record<string, string>; atOnce: number; testsPass: boolean; say: (line: string) => void },
): Promise<DefectVerdict[]> {
  checkPatches(root);
  // Their figures say nothing: they end where something is caught.
  const env = { ...options.env, PROOF_SEED: SEED, PROOF_SIZE: 'small', PROOF_FIGURES: '' };
  if (!options.testsPass) await checkTests(root, env);
  const left = [...DEFECTS];
  const verdicts: DefectVerdict[] = [];
  const work = async () => {
    for (let defect = left.shift(); defect; defect = left.shift()) {
      const verdict = await tryDefect(root, defect, env);
      verdicts.push(verdict);
      options.say(`${verdict.caught ? 'caught' : 'NOT CAUGHT'}  ${verdict.name} (${defect.harm}): ${verdict.by}`);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return verdicts;
}
