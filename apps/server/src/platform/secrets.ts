import { hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets of this installation, each derived for one purpose so that no two uses share key material. */
export interface Secrets {
  /** Signs access tokens (HS256, 256 bits). */
  accessTokenKey: Uint8Array;
  /** Keys the hash under which platform API keys are stored. */
  apiKeyPepper: Uint8Array;
  /** Seed (32 bytes) of the Ed25519 key that signs receipts and digests. */
  receiptKey: Uint8Array;
  /** Wraps the data keys under which people's own provider keys are stored (AES-256-GCM). */
  providerKeyKek: Uint8Array;
}

const WORLD_OR_GROUP_READABLE = 0o077;

function readOrCreateMasterKey(dataDir: string, production: boolean): string {
  const file = join(dataDir, 'master-key');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    // `wx` loses a race on purpose: the second process then reads what the first one wrote.
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
      chmodSync(file, 0o600);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  if (production && statSync(file).mode & WORLD_OR_GROUP_READABLE) {
    throw new Error(`The master key file ${file} can be read by other users. Run: chmod 600 ${file}`);
  }
  const key = readFileSync(file, 'utf8').trim();
  if (Buffer.byteLength(key) < 32)
    throw new Error(`The master key file ${file} is shorter than 32 bytes. Restore it from a backup.`);
  return key;
}

/** Loads the master key (environment, else the data folder, made on first use) and derives the installation's secrets from it by HKDF-SHA256. */
export function loadSecrets(options: { dataDir: string; masterKey: string | null; production: boolean }): Secrets {
  const master = options.masterKey ?? readOrCreateMasterKey(options.dataDir, options.production);
  const derive = (purpose: string) => new Uint8Array(hkdfSync('sha256', master, 'q-marketplace', purpose, 32));
  return {
    accessTokenKey: derive('access-token'),
    apiKeyPepper: derive('api-key'),
    receiptKey: derive('receipt'),
    providerKeyKek: derive('provider-key'),
  };
}
