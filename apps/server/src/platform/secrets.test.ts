import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';
import { loadSecrets } from './secrets.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'q-secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const load = (options: { masterKey?: string; production?: boolean } = {}) =>
  loadSecrets({ dataDir, masterKey: options.masterKey ?? null, production: options.production ?? false });
const file = () => join(dataDir, 'master-key');

describe('R7 secrets at start', () => {
  test.each(['changeme', '', 'sk-1234', 'Secret', 'x'.repeat(31)])(
    'MASTER_KEY=%j is refused and not repeated',
    (key) => {
      let message = '';
      try {
        readConfig({ MASTER_KEY: key });
      } catch (error) {
        if (error instanceof ConfigError) message = error.message;
      }
      expect(message).toContain('MASTER_KEY');
      expect(message).toContain('openssl rand');
      if (key.length > 8) expect(message).not.toContain(key);
    },
  );

  test('two starts have the same secrets, two installations different ones', () => {
    const first = load();
    expect(load()).toEqual(first);
    rmSync(file());
    expect(load()).not.toEqual(first);
  });

  test('the generated key is 256 bits in a file that only its owner reads', () => {
    load();
    expect(Buffer.from(readFileSync(file(), 'utf8'), 'base64').length).toBe(32);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('in production a key that others can read stops the start, with the command that mends it', () => {
    load();
    chmodSync(file(), 0o644);
    expect(() => load({ production: true })).toThrow(`chmod 600 ${file()}`);
    expect(() => load()).not.toThrow();
  });

  test('a damaged key stops the start instead of being replaced', () => {
    writeFileSync(file(), 'short\n');
    expect(() => load()).toThrow('Restore it from a backup');
  });

  test('no two purposes share a secret', () => {
    const secrets = Object.values(load({ masterKey: 'm'.repeat(40) })).map((secret) =>
      Buffer.from(secret).toString('hex'),
    );
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const secret of secrets) expect(secret.length).toBe(64);
  });
});
