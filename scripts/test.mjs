// Runs every check and every test on a fresh machine, and ends with one line: "N passed, N failed".
//   npm test                      everything, what speaks to the database on two versions of PostgreSQL where there are two
//   npm test -- --embedded-only   everything, on the embedded PostgreSQL only
//   npm test -- path/to/file      the tests of these files only
import { nodeVersionFault } from './lib/node-version.mjs';

/** `npm test` proves the same every time; `npm run proof` draws a fresh seed. */
const PROOF_SEED = '1';
const NOT_COUNTED = { passed: 0, failed: 1 };
/** Enough of a failure to see what it was, without the whole trace. */
const SHOWN_LINES = 12;

function say(message) {
  process.stderr.write(`\nq-marketplace: ${message}\n`);
}

/** What a vitest report says of its failed tests and files: a text each, with the beginning of the message. */
function failures(report) {
  const failed = ({ status }) => status === 'failed';
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter(failed);
    const found = tests.map((test) => ({ name: test.fullName, message: test.failureMessages.join('\n') }));
    if (failed(file) && found.length === 0) found.push({ name: 'the file', message: file.message });
    return found.map(({ name, message }) => {
      const lines = message.split('\n').filter((line) => !line.includes('/node_modules/'));
      return [`${file.name}: ${name}`, ...lines.slice(0, SHOWN_LINES)].join('\n    ');
    });
  });
}

/** Runs vitest with `args` and counts its tests; a run that ends badly without a failed test counts as one. */
async function runVitest(root, { args, environment = {} }) {
  const { mkdtempSync, readFileSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const { run } = await import('./lib/run.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'q-test-results-'));
  const file = join(folder, 'results.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const env = { ...process.env, ...environment };
    const code = await run(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: root, env });
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { numPassedTests, numFailedTests } = report;
    const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
    return { passed: numPassedTests, failed, failures: failures(report) };
  } catch (error) {
    say(error.message);
    return NOT_COUNTED;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Features that only write the formats of clients: whatever they ask of the database is asked in the same words by others. */
const FORMATS = ['anthropic-messages', 'ollama-api', 'responses'];
/** The gateway's tests that are about more than providers and their answers. */
const OF_THE_GATEWAY = ['gateway', 'quote', 'routes'];
/**
 * Of the other features, files that ask nothing of the database that another file of this run does not ask in the same words: they are about
 * arithmetic over thousands of cases, about choices and words, about browsers, and about providers that keep a key waiting.
 */
const ASKED_BY_OTHERS = [
  'accounts/attacks-browser',
  'accounts/password-hasher',
  'catalog/select-models',
  'chat/plain-words',
  'ledger/charge',
  'ledger/refund-plan',
  'ledger/settlement',
  'provider-keys/routes',
  'recommendations/auto',
].map((name) => `${name}.test.ts`);

/** The server's tests that have to pass on every PostgreSQL. */
async function databaseTests(root) {
  const { readdirSync } = await import('node:fs');
  const features = 'apps/server/src/features';
  const isAsked = (file) => {
    const [feature] = file.split('/');
    return feature !== 'gateway' && !FORMATS.includes(feature) && !ASKED_BY_OTHERS.includes(file);
  };
  const files = readdirSync(`${root}/${features}`, { recursive: true }).map((file) => file.replaceAll('\\', '/'));
  return [
    ...['platform', 'commands'].map((name) => `apps/server/src/${name}/`),
    ...files.filter((file) => file.endsWith('.test.ts') && isAsked(file)).map((file) => `${features}/${file}`),
    ...OF_THE_GATEWAY.map((name) => `${features}/gateway/${name}.test.ts`),
  ];
}

/** The server's tests once more on the PostgreSQL of the operating system: the same tests must pass on both. */
async function runOnSystemPostgres(root) {
  const { findSystemPostgres, startSystemPostgres } = await import('./lib/external-postgres.mjs');
  const found = findSystemPostgres();
  if (!found) {
    say('skipped: the server tests on a second PostgreSQL (none is installed in /usr/lib/postgresql)');
    return { passed: 0, failed: 0 };
  }
  say(`the server tests on PostgreSQL ${found.version}`);
  const server = await startSystemPostgres(found);
  try {
    const environment = { TEST_DATABASE_URL: server.url };
    return await runVitest(root, { args: ['--project', 'code', ...(await databaseTests(root))], environment });
  } finally {
    await server.stop();
  }
}

/** The steps of a whole run, in order. Each resolves with how many tests passed and failed. */
function steps(root, options) {
  const single = (name, work) => ({
    name,
    async work() {
      say(name);
      return (await work()) ? { passed: 0, failed: 0 } : NOT_COUNTED;
    },
  });
  const check = (name, script) =>
    single(name, async () => {
      const { npmCommand, run } = await import('./lib/run.mjs');
      const npm = npmCommand();
      return (await run(npm.command, [...npm.args, 'run', '--silent', script], { cwd: root })) === 0;
    });
  const web = single('web pages', async () => {
    const { ensureWebBuilt } = await import('./lib/build-web.mjs');
    await ensureWebBuilt(root, say);
    return true;
  });
  if (options.args.length > 0) return [web, { name: 'tests', work: () => runVitest(root, { args: options.args }) }];
  const projects = ['browser', 'web', 'product', 'code'].flatMap((name) => ['--project', name]);
  const tests = { name: 'tests', work: () => runVitest(root, { args: projects }) };
  const checks = [check('types', 'check:types'), check('style', 'check:style'), check('unused code', 'check:unused')];
  const second = { name: 'server tests on a second PostgreSQL', work: () => runOnSystemPostgres(root) };
  const proof = single('the money proof', async () => {
    const { run } = await import('./lib/run.mjs');
    return (await run(process.execPath, ['scripts/proof.mjs', '--seed', PROOF_SEED], { cwd: root })) === 0;
  });
  return [...checks, web, tests, proof, ...(options.isEmbeddedOnly ? [] : [second])];
}

async function runSteps(list) {
  const total = { passed: 0, failed: 0 };
  const bad = [];
  const failures = [];
  for (const { name, work } of list) {
    const counted = await work().catch((error) => {
      say(error.message);
      return NOT_COUNTED;
    });
    total.passed += counted.passed;
    total.failed += counted.failed;
    if (counted.failed > 0) bad.push(name);
    failures.push(...(counted.failures ?? []));
  }
  return { ...total, bad, failures };
}

async function prepare() {
  const { dirname } = await import('node:path');
  const { fileURLToPath } = await import('node:url');
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const { ensureInstalled } = await import('./lib/install.mjs');
  await ensureInstalled(root, 'full', say);
  return root;
}

async function test() {
  const fault = nodeVersionFault(process.versions.node);
  if (fault) throw new Error(fault);
  const root = await prepare();
  const args = process.argv.slice(2);
  const options = {
    isEmbeddedOnly: args.includes('--embedded-only'),
    args: args.filter((arg) => arg !== '--embedded-only'),
  };
  return runSteps(steps(root, options));
}

const result = await test().catch((error) => {
  say(error.message);
  return { ...NOT_COUNTED, bad: ['preparation'], failures: [] };
});
for (const failure of result.failures) say(`failed: ${failure}`);
say(result.bad.length === 0 ? 'everything passed' : `failed: ${result.bad.join(', ')}`);
process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`);
process.exitCode = result.failed === 0 ? 0 : 1;
