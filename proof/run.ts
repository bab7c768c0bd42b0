import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDefects } from './defects/run-defects.ts';
import { runTests } from './lib/run-tests.ts';
import { startScratchPostgres } from './lib/scratch-postgres.ts';

interface Options {
  seed: number;
  full: boolean;
  /** Only the defects. */
  defectsOnly: boolean;
  /** Only these test files; the defects are left out then. */
  parts: string[];
}

/** Two runs of tests keep two cores busy while one of them waits for the database. */
const RUNS_AT_ONCE = 2;

function readOptions(args: readonly string[]): Options {
  const options: Options = { seed: Date.now() & 0x7fffffff, full: false, defectsOnly: false, parts: [] };
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === '--full') options.full = true;
    else if (arg === '--defects') options.defectsOnly = true;
    else if (arg === '--seed' || arg.startsWith('--seed=')) {
      options.seed = Number(arg.includes('=') ? arg.slice(7) : left.shift());
      if (!Number.isInteger(options.seed)) throw new Error('--seed wants a whole number.');
    } else if (arg.startsWith('-')) throw new Error(`${arg} is not known. See scripts/proof.mjs.`);
    else options.parts.push(arg);
  }
  return options;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Outcome {
  passed: number;
  failed: string[];
  figures: string;
}

async function runParts(root: string, options: Options, env: Record<string, string>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'q-proof-figures-'));
  const file = join(folder, 'figures');
  writeFileSync(file, '');
  try {
    const args = options.parts.length > 0 ? options.parts : ['proof/'];
    const run = await runTests({ root, args, env: { ...env, PROOF_FIGURES: file }, shown: true });
    const failed = run.broken && run.failed.length === 0 ? ['the tests did not run'] : run.failed;
    return { passed: run.passed, failed, figures: readFileSync(file, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the proof as the command line asks; the verdict is one line. Throws for options that are not known. */
export async function runProof(root: string, args: readonly string[]): Promise<{ ok: boolean; line: string }> {
  const options = readOptions(args);
  const began = Date.now();
  say(`The money proof: seed ${options.seed}, ${options.full ? 'full' : 'ordinary'}, ${cpus().length} cores.`);
  const postgres = await startScratchPostgres();
  try {
    const env = {
      PROOF_SEED: String(options.seed),
      PROOF_SIZE: options.full ? 'full' : 'ordinary',
      TEST_DATABASE_URL: postgres.url,
    };
    const parts = options.defectsOnly ? { passed: 0, failed: [], figures: '' } : await runParts(root, options, env);
    const withDefects = options.defectsOnly || options.parts.length === 0;
    const defects = withDefects ? await runDefects(root, { env, atOnce: RUNS_AT_ONCE, say }) : [];
    say(`\n${parts.figures}`);
    const missed = defects.filter(({ caught }) => !caught).map(({ name }) => name);
    const ok = parts.failed.length === 0 && missed.length === 0;
    const seconds = Math.round((Date.now() - began) / 1_000);
    const faults = [...parts.failed, ...missed.map((name) => `defect ${name} was not caught`)];
    const line = ok
      ? `proved: ${parts.passed} properties held, ${defects.length} of ${defects.length} defects caught, seed ${options.seed}, ${seconds} s`
      : `NOT PROVED with seed ${options.seed}: ${faults.join('; ')}`;
    return { ok, line };
  } finally {
    await postgres.stop();
  }
}
