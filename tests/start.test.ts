import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start-support.ts';

test('versions of Node.js that cannot run the product are named before anything else happens', async () => {
  const library: string = join(root, 'scripts/lib/node-version.mjs');
  const { nodeVersionFault } = await import(library);
  for (const version of ['18.20.4', '20.18.3', '21.7.0', '22.11.0']) {
    expect(nodeVersionFault(version)).toMatch(`needs Node.js 20.19, 22.12 or newer, and this is ${version}.`);
  }
  for (const version of ['20.19.0', '20.20.2', '22.12.0', '24.1.0']) expect(nodeVersionFault(version)).toBeNull();
});
