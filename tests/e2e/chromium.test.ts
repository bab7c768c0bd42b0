import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('several processes that unpack the browser at once all get one that starts', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'q-chromium-'));
  const file = JSON.stringify(fileURLToPath(new URL('./chromium.ts', import.meta.url)));
  const ask = async () => {
    const code = `import(${file}).then(({ unpackedChromium }) => console.log(unpackedChromium(${JSON.stringify(cache)})))`;
    const { stdout: path } = await run(process.execPath, ['--import', 'tsx', '-e', code]);
    const { stdout: version } = await run(path.trim(), ['--version', '--no-sandbox']);
    return version;
  };
  const versions = await Promise.all([ask(), ask(), ask()]);
  expect(new Set(versions).size).toBe(1);
  expect(versions[0]).toMatch(/\d+\.\d+\.\d+/);
  expect(readdirSync(cache)).toHaveLength(1);
  rmSync(cache, { recursive: true, force: true });
});
