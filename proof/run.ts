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
const INTERRUPTED = 130;

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
  /** What went wrong, a phrase each. */
  failed: string[];
  /** How many defects were caught. */
  caught: number;
}

/** The part that mostly waits, for processes to start and leases to end: it runs beside all others. */
const CRASHES = ['proof/crash'];
const ALL_BUT_CRASHES = ['proof/', '--exclude', 'proof/crash/**'];

async function runParts(root: string, args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  const run = await runTests({ root, args, env, shown: true });
  const failed = run.broken && run.failed.length === 0 ? [`the tests of ${args[0]} did not run`] : run.failed;
  return { passed: run.passed, failed, caught: 0 };
}

const sumOf = (one: Outcome, other: Outcome): Outcome => ({
  passed: one.passed + other.passed,
  failed: [...one.failed, ...other.failed],
  caught: one.caught + other.caught,
});

/** Everything, or what was asked for. */
async function runAll(root: string, options: Options, env: Record<string, string>): Promise<Outcome> {
  const defects = async (testsPass: boolean): Promise<Outcome> => {
    const verdicts = await runDefects(root, { env, atOnce: RUNS_AT_ONCE, testsPass, say });
    const missed = verdicts.filter(({ caught }) => !caught);
    const failed = missed.map(({ name }) => `the defect ${name} was not caught`);
    return { passed: 0, failed, caught: verdicts.length - missed.length };
  };
  if (options.parts.length > 0) return runParts(root, options.parts, env);
  if (options.defectsOnly) return defects(false);
  const others = async () => {
    const parts = await runParts(root, ALL_BUT_CRASHES, env);
    return sumOf(parts, await defects(parts.failed.length === 0));
  };
  return sumOf(...(await Promise.all([runParts(root, CRASHES, env), others()])));
}

/** Runs the proof as the command line asks; the verdict is one line. Throws for options that are not known. */
export async function runProof(root: string, args: readonly string[]): Promise<{ ok: boolean; line: string }> {
  const options = readOptions(args);
  const began = Date.now();
  say(`The money proof: seed ${options.seed}, ${options.full ? 'full' : 'ordinary'}, ${cpus().length} cores.`);
  const postgres = await startScratchPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'q-proof-figures-'));
  const figures = join(folder, 'figures');
  writeFileSync(figures, '');
  // The database would outlive a run that is interrupted.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void postgres.stop().finally(() => process.exit(INTERRUPTED)));
  }
  try {
    const { passed, failed, caught } = await runAll(root, options, {
      PROOF_SEED: String(options.seed),
      PROOF_SIZE: options.full ? 'full' : 'ordinary',
      PROOF_FIGURES: figures,
      TEST_DATABASE_URL: postgres.url,
    });
    say(`\n${readFileSync(figures, 'utf8')}`);
    const seconds = Math.round((Date.now() - began) / 1_000);
    const ok = failed.length === 0;
    const line = ok
      ? `proved: ${passed} properties held, ${caught} defects caught, seed ${options.seed}, ${seconds} s`
      : `NOT PROVED with seed ${options.seed}, ${seconds} s: ${failed.join('; ')}`;
    return { ok, line };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await postgres.stop();
  }
}
