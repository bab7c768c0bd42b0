import { chmod, chown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The unprivileged account PostgreSQL runs as when the server itself runs as root. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

/** Accounts nearly every system has, in order of preference. PostgreSQL needs one with a line in /etc/passwd. */
const ACCOUNT_NAMES = ['postgres', 'nobody'];

async function accountFromPasswd(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ACCOUNT_NAMES) {
    const fields = lines.find((line) => line[0] === name);
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (uid > 0 && gid >= 0) return { uid, gid, name };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and /etc/passwd names neither "postgres" nor "nobody" to run it as. Start the server as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}

/**
 * The account for a cluster folder: null when this process is not root and PostgreSQL runs as its own user.
 * As root, an existing cluster keeps its owner, so that a folder may be served by a user today and by root tomorrow.
 * Throws for an operator when the folder belongs to somebody else or no account can be found.
 */
export async function accountFor(clusterDir: string): Promise<Account | null> {
  const owner = await stat(clusterDir).catch(() => null);
  const uid = process.getuid?.();
  if (uid === 0) {
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `user ${owner.uid}` };
    return accountFromPasswd();
  }
  if (owner && uid !== undefined && owner.uid !== uid) {
    throw new Error(
      `The database in ${clusterDir} belongs to user ${owner.uid}, but this server runs as user ${uid}. Start it as that user or as root, or give the folder to user ${uid} with chown -R.`,
    );
  }
  return null;
}

/** Gives a folder and all it holds to `account` (a copy made by root belongs to root). Does nothing without an account. */
export async function giveTo(account: Account | null, path: string): Promise<void> {
  if (!account) return;
  const stats = await lstat(path);
  if (stats.isDirectory()) {
    for (const entry of await readdir(path)) await giveTo(account, join(path, entry));
    await chmod(path, 0o700);
  }
  if (!stats.isSymbolicLink()) await chown(path, account.uid, account.gid);
}

/** What `child_process` takes to start a program as `account`. */
export function runAs(account: Account | null): { uid: number; gid: number } | Record<never, never> {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** An environment that carries none of the server's secrets into PostgreSQL's processes. */
export function bareEnvironment(): Record<string, string> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };
}
