import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isInstalled } from '../scripts/lib/install.mjs';
import { withLock } from '../scripts/lib/lock.mjs';
import { nodeVersionFault } from '../scripts/lib/node-version.mjs';
import { afterTest, root, temporaryFolder } from './start-support.ts';

test('versions of Node.js that cannot run the product are named before anything else happens', () => {
  for (const version of ['18.20.4', '20.18.3', '21.7.0', '22.11.0']) {
    expect(nodeVersionFault(version)).toContain(`needs Node.js 20.19, 22.12 or newer, and this is ${version}.`);
  }
  for (const version of ['20.19.0', '20.20.2', '22.12.0', '24.1.0']) expect(nodeVersionFault(version)).toBeNull();
});

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  link?: boolean;
  resolved?: string;
}

const otherSystem = process.platform === 'win32' ? 'linux' : 'win32';
const LOCKED: Record<string, LockEntry> = {
  'apps/server': { version: '0.1.0' },
  'node_modules/@q/server': { resolved: 'apps/server', link: true },
  'node_modules/fastify': { version: '5.0.0' },
  'node_modules/native-here': { version: '1.0.0', optional: true, os: [process.platform] },
  'node_modules/native-there': { version: '1.0.0', optional: true, os: [otherSystem] },
  'node_modules/vitest': { version: '4.0.0', dev: true },
};
const ALL_HERE = Object.keys(LOCKED).filter((path) => path !== 'node_modules/native-there');
const PROD_HERE = ALL_HERE.filter((path) => path !== 'node_modules/vitest');

/** A work tree of nothing but a lock file and what npm would have left after installing `paths`. */
function installed(paths: string[], change: Record<string, LockEntry> = {}): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  for (const path of paths) mkdirSync(join(folder, path), { recursive: true });
  record(folder, { ...Object.fromEntries(paths.map((path) => [path, LOCKED[path]])), ...change });
  return folder;
}

function record(folder: string, packages: Record<string, LockEntry | undefined>): void {
  const path = join(folder, 'node_modules/.package-lock.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ packages }));
}

const answers = (folder: string) => [isInstalled(folder, 'prod'), isInstalled(folder, 'full')];

test('an install by plain npm is accepted for what it holds, at the first and at later looks', () => {
  const full = installed(ALL_HERE);
  const prod = installed(PROD_HERE);
  for (let look = 0; look < 2; look += 1) {
    expect(answers(full)).toEqual([true, true]);
    expect(answers(prod)).toEqual([true, false]);
  }
});

test.each([
  ['nothing', () => temporaryFolderWithLock()],
  ['a killed install', () => withoutRecord()],
  ['another version', () => installed(ALL_HERE, { 'node_modules/fastify': { version: '4.0.0' } })],
  ['a package whose folder is gone', () => withoutFolder('node_modules/fastify')],
  ['the programs for this system left out', () => installed(ALL_HERE.filter((path) => !path.endsWith('native-here')))],
])('%s does not count as installed', (_name, make) => {
  expect(answers(make())).toEqual([false, false]);
});

function temporaryFolderWithLock(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  return folder;
}

function withoutRecord(): string {
  const folder = installed(ALL_HERE);
  rmSync(join(folder, 'node_modules/.package-lock.json'));
  return folder;
}

function withoutFolder(path: string): string {
  const folder = installed(ALL_HERE);
  rmSync(join(folder, path), { recursive: true });
  return folder;
}

test('a change of the lock file or by npm is noticed in spite of an earlier look', () => {
  const folder = installed(ALL_HERE);
  expect(answers(folder)).toEqual([true, true]);
  const pruned = Object.fromEntries(PROD_HERE.map((path) => [path, LOCKED[path]]));
  record(folder, pruned);
  utimesSync(join(folder, 'node_modules/.package-lock.json'), 1_000, 1_000);
  expect(answers(folder)).toEqual([true, false]);
  const newer = { ...LOCKED, 'node_modules/fastify': { version: '5.0.1' } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: newer }));
  expect(answers(folder)).toEqual([false, false]);
});

test('only one process at a time works under a lock, and the others wait their turn', async () => {
  const lock = join(temporaryFolder(), 'cache', 'lock');
  let inside = 0;
  let most = 0;
  let waited = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 30));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 6 }, () => withLock(lock, () => (waited += 1), work)));
  expect({ most, waited }).toEqual({ most: 1, waited: 5 });
});

test('a lock is given back when the work fails, and taken over when its holder was killed', async () => {
  const lock = join(temporaryFolder(), 'lock');
  const fail = () => Promise.reject(new Error('failed'));
  await expect(withLock(lock, () => undefined, fail)).rejects.toThrow('failed');

  const holder = spawn('sleep', ['60']);
  afterTest(() => void holder.kill('SIGKILL'));
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ host: hostname(), pid: holder.pid }));
  const events: string[] = [];
  const taken = withLock(
    lock,
    () => events.push('waits'),
    async () => events.push('works'),
  );
  await expect.poll(() => events).toEqual(['waits']);
  holder.kill('SIGKILL');
  await taken;
  expect(events).toEqual(['waits', 'works']);
});

test('a lock whose holder on another machine fell silent is taken over', async () => {
  const lock = join(temporaryFolder(), 'lock');
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ host: 'elsewhere', pid: process.pid }));
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(lock, longAgo, longAgo);
  expect(
    await withLock(
      lock,
      () => undefined,
      async () => 'done',
    ),
  ).toBe('done');
});

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

test('the lock file is one that "npm ci" accepts on every system', () => {
  const lock: { packages: Record<string, Manifest> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const places = Object.keys(lock.packages).filter((path) => !path.includes('node_modules/'));
  for (const place of places) {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8'));
    const { dependencies = {}, devDependencies = {} } = lock.packages[place] ?? {};
    expect({ place, dependencies, devDependencies }).toEqual({
      place,
      dependencies: manifest.dependencies ?? {},
      devDependencies: manifest.devDependencies ?? {},
    });
  }
  const unnamed = Object.entries(lock.packages).flatMap(([place, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !lock.packages[`${place}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
    ),
  );
  expect(unnamed, 'run "npm run lock:complete"').toEqual([]);
});
