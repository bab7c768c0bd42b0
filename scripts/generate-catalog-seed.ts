import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Seed, seedSchema } from '../apps/server/src/features/catalog/seed-format.ts';
import { anthropic } from './catalog/anthropic.ts';
import { buildRow } from './catalog/build-row.ts';
import { cohere } from './catalog/cohere.ts';
import { google } from './catalog/google.ts';
import type { HandProvider } from './catalog/hand-model.ts';
import { huggingface } from './catalog/huggingface.ts';
import { mistral } from './catalog/mistral.ts';
import { ollama } from './catalog/ollama.ts';
import { openai } from './catalog/openai.ts';
import { readGenaiPrices, readModelsDev, readNodeLlm, readPiAi, type Source } from './catalog/read-sources.ts';
import { sandbox } from './catalog/sandbox.ts';
import { stability } from './catalog/stability.ts';

const SEED_PATH = fileURLToPath(new URL('../apps/server/seeds/models.json', import.meta.url));
/** Its published form asks for a newer Node than ours and is only read, so it is fetched instead of installed. */
const PI_AI_PACKAGE = '@earendil-works/pi-ai@1.5.2';
/** The day the sources are read for: prices that begin later are announced changes. */
const AS_OF = '2026-11-21';

const PROVIDERS: HandProvider[] = [openai, anthropic, google, huggingface, mistral, cohere, stability, ollama, sandbox];

const USAGE = `Usage: npm run catalog:seed -- [--check] [--pi-ai <unpacked package>] [--models-dev <api.json>]
  Writes apps/server/seeds/models.json from the packaged catalogs and scripts/catalog/*.
  --check       writes nothing; fails when the committed file is not what the inputs give
  --pi-ai       the unpacked ${PI_AI_PACKAGE}; fetched by npm when absent
  --models-dev  a snapshot to compare the prices with; it never changes the result`;

function fetchPiAi(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catalog-seed-'));
  execFileSync('npm', ['pack', PI_AI_PACKAGE, '--silent', '--pack-destination', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [archive = ''] = readdirSync(folder);
  execFileSync('tar', ['xzf', archive], { cwd: folder });
  return folder;
}

function readSources(piAiFolder: string, modelsDevPath: string | undefined): Source[] {
  const sources = [readPiAi(piAiFolder), readGenaiPrices(AS_OF), readNodeLlm()];
  return modelsDevPath === undefined ? sources : [...sources, readModelsDev(modelsDevPath)];
}

function buildSeed(sources: readonly Source[]): { seed: Seed; problems: string[] } {
  const built = PROVIDERS.flatMap(({ models }) => models.map((hand) => buildRow(hand, sources)));
  const seed: Seed = {
    format: 'q-catalog/1',
    providers: PROVIDERS.map(({ provider }) => provider),
    models: built.flatMap(({ row }) => (row ? [row] : [])),
  };
  const checked = seedSchema.safeParse(seed);
  const faults = checked.success
    ? []
    : checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return { seed, problems: [...built.flatMap(({ problems }) => problems), ...faults] };
}

function main(): number {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      'pi-ai': { type: 'string' },
      'models-dev': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const fetched = values['pi-ai'] === undefined ? fetchPiAi() : null;
  try {
    const { seed, problems } = buildSeed(
      readSources(values['pi-ai'] ?? join(fetched ?? '', 'package'), values['models-dev']),
    );
    if (problems.length > 0) {
      console.error(`The sources cannot be joined:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
      return 1;
    }
    const text = `${JSON.stringify(seed, null, 1)}\n`;
    const live = seed.models.filter((model) => model.status !== 'retired').length;
    if (values.check && readFileSync(SEED_PATH, 'utf8') !== text) {
      console.error('apps/server/seeds/models.json is not what the inputs give. Run: npm run catalog:seed');
      return 1;
    }
    if (!values.check) writeFileSync(SEED_PATH, text);
    console.log(
      `${seed.models.length} models, ${live} of them live${values.check ? ': the committed file is current' : ''}`,
    );
    return 0;
  } finally {
    if (fetched !== null) rmSync(fetched, { recursive: true, force: true });
  }
}

process.exitCode = main();
