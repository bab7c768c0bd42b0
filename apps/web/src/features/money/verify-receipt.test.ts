import type { SignedReceiptBody } from '@q/contract/receipts';
import { describe, expect, it } from 'vitest';
import { verifyReceipt } from './verify-receipt.ts';

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const base64 = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** A receipt signed here, with the bytes that are signed written out by hand. */
async function signed() {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = base64(await crypto.subtle.exportKey('raw', pair.publicKey));
  const key = { id: 'k', algorithm: 'Ed25519' as const, public_key: publicKey };
  const body = '{"charged_usd":"0.000000035","usage":{"input_tokens":1,"output_tokens":2}}';
  const before = new Uint8Array(32).fill(7);
  const hash = hex(
    await crypto.subtle.digest('SHA-256', new Uint8Array([...before, ...new TextEncoder().encode(body)])),
  );
  const message = new TextEncoder().encode(`q-marketplace receipt\n${hash}`);
  const signature = base64(await crypto.subtle.sign('Ed25519', pair.privateKey, message));
  // The order of the keys in the answer does not matter.
  const receipt = { usage: { output_tokens: 2, input_tokens: 1 }, charged_usd: '0.000000035' };
  const answer = { receipt, prev_hash: '07'.repeat(32), hash, signature, key } as unknown as SignedReceiptBody;
  return { answer, key };
}

describe('checking a receipt in the browser', () => {
  it('finds what was signed to be valid', async () => {
    const { answer, key } = await signed();
    expect(await verifyReceipt(answer, key)).toEqual({ valid: true });
  });

  it('finds a changed figure, another signature and another key', async () => {
    const { answer, key } = await signed();
    const other = await signed();
    const changed = { ...answer, receipt: { ...answer.receipt, charged_usd: '0.000000034' } };
    expect(await verifyReceipt(changed, key)).toMatchObject({ valid: false, fault: expect.stringContaining('hash') });
    const { signature } = other.answer;
    expect(await verifyReceipt({ ...answer, signature }, key)).toMatchObject({ valid: false });
    expect(await verifyReceipt(answer, other.key)).toMatchObject({
      valid: false,
      fault: expect.stringContaining('key'),
    });
  });
});
