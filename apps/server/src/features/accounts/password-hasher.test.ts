import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { CHEAP_HASH } from '../../testing/accounts-app.ts';
import { createPasswordHasher } from './password-hasher.ts';

test('R1 hashes are argon2id with 19456 KiB, two passes and one lane', async () => {
  const hasher = createPasswordHasher();
  const made = await hasher.hash('seven quiet harbours');
  expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(made, 'seven quiet harbours')).toBe(true);
  expect(await hasher.verify(made, 'seven quiet harbour')).toBe(false);
  expect(hasher.needsRehash(made)).toBe(false);
});

test('R1 a hash of another cost or kind has to be made anew', async () => {
  const hasher = createPasswordHasher();
  const password = 'seven quiet harbours';
  const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
  expect(hasher.needsRehash(await hash(password, { ...options, memoryCost: 9_728 }))).toBe(true);
  expect(hasher.needsRehash(await hash(password, { ...options, timeCost: 3 }))).toBe(true);
  expect(hasher.needsRehash(await hash(password, { ...options, algorithm: 1 }))).toBe(true);
});

test('the same letters in another Unicode form are the same password', async () => {
  const hasher = createPasswordHasher({ cost: CHEAP_HASH });
  expect(await hasher.verify(await hasher.hash('caf\u00e9 au lait'), 'cafe\u0301 au lait')).toBe(true);
});

test('R2 for somebody who does not exist the same work is done, and the answer is no', async () => {
  const hasher = createPasswordHasher();
  const made = await hasher.hash('seven quiet harbours');
  const timesMs: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  for (let count = 0; count < 8; count += 1) {
    for (const [who, passwordHash] of [
      ['known', made],
      ['unknown', null],
    ] as const) {
      const from = performance.now();
      expect(await hasher.verify(passwordHash, 'nobody has this password')).toBe(false);
      timesMs[who].push(performance.now() - from);
    }
  }
  // The quickest of each, since other work on the machine only ever adds.
  const ratio = Math.min(...timesMs.unknown) / Math.min(...timesMs.known);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('R1 a full queue is refused with 503 and a time to come back, and empties again', async () => {
  const hasher = createPasswordHasher({ cost: CHEAP_HASH, queueMax: 5 });
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.hash('seven quiet harbours')));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(20);
  expect(refused[0]?.reason).toMatchObject({ status: 503, retryAfterSeconds: 3 });
  await expect(hasher.hash('seven quiet harbours')).resolves.toMatch(/^\$argon2id/);
});
