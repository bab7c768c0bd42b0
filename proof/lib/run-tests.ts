import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What became of a run of tests. */
export interface TestRun {
  passed: number;
  /** The names of the tests that failed. */
  failed: string[];
  /** True when the run itself broke: nothing can be concluded from it. */
  broken: boolean;
  /** What it printed, when it was not shown. */
  output: string;
}

interface Report {
  numPassedTests: number;
  testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
}

function readReport(file: string): Pick<TestRun, 'passed' | 'failed' | 'broken'> {
  try {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    // A file that failed without a test has not been loaded, or could not be set up.
    const broken = testResults.some(
      (each) => each.status === 'failed' && !each.assertionResults.some((test) => test.status === 'failed'),
    );
    return { passed: numPassedTests, failed, broken };
  } catch {
    return { passed: 0, failed: [], broken: true };
  }
}

/** Runs tests of the project `proof`; `shown` says whether their output is for the reader. */
export async function runTests(run: {
  root: string;
  args: readonly string[];
  env: Record<string, string>;
  shown: boolean;
}): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'q-proof-results-'));
  const file = join(folder, 'results.json');
  const vitest = join(run.root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'proof', ...reporters, ...run.args], {
    cwd: run.root,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', run.shown ? 'inherit' : 'pipe', run.shown ? 'inherit' : 'pipe'],
  });
  const pieces: string[] = [];
  child.stdout?.on('data', (piece) => pieces.push(String(piece)));
  child.stderr?.on('data', (piece) => pieces.push(String(piece)));
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 128)));
  const result = readReport(file);
  rmSync(folder, { recursive: true, force: true });
  return { ...result, broken: result.broken || (code !== 0 && result.failed.length === 0), output: pieces.join('') };
}
