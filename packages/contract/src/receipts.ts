import { z } from 'zod';

const usd = z.string().describe('Decimal string of US dollars with nine digits');
const pico = z.string().describe('Whole pico-dollars (1e-12 $) for one token or image');
const sha256 = z.string().describe('SHA-256 in hexadecimal');

/** The facts of one charged call, exactly as they were hashed. */
export const receiptBodySchema = z.object({
  api_key_id: z.string().nullable(),
  attempts: z.array(
    z.object({ outcome: z.string(), provider: z.string(), upstream_request_id: z.string().nullable() }),
  ),
  call_id: z.string(),
  chain: z.object({ id: z.string(), seq: z.int() }),
  charged_usd: usd,
  free_tokens: z.boolean().describe('True when free tokens paid for the call'),
  held: z.string().describe('What was set aside: nano-dollars, or tokens for a call on free tokens'),
  mode: z.enum(['resale', 'publisher', 'byok', 'free']),
  model: z.string(),
  outcome: z.string(),
  overrun_usd: usd.describe('What the usage came to above the hold: paid by the platform'),
  price: z.object({
    commission_bps: z.int(),
    fee_bps: z.int().nullable(),
    list_pico: z.object({ cache_write: pico, cached_input: pico, image: pico, input: pico, output: pico }),
    unit: z.enum(['token', 'image']),
    version: z.string(),
  }),
  provider: z.string(),
  settled_at: z.string(),
  split: z
    .object({ payee_usd: usd, platform_usd: usd })
    .describe('Of the price of all usage: what the platform paid of it itself is in it, too'),
  started_at: z.string(),
  subsidy_usd: usd.describe('What the platform paid in place of free tokens'),
  usage: z.object({
    cache_write_tokens: z.int(),
    cached_input_tokens: z.int(),
    images: z.int(),
    input_tokens: z.int(),
    output_tokens: z.int(),
    reasoning_tokens: z.int(),
  }),
  usage_source: z.enum(['provider', 'counted', 'checkpoint']),
  user_id: z.string(),
  v: z.literal(1),
});

/** The public half of the key that signs receipts. */
export const signingKeySchema = z.object({
  id: z.string(),
  algorithm: z.literal('Ed25519'),
  public_key: z.string().describe('32 bytes in base64'),
});

export type SigningKey = z.infer<typeof signingKeySchema>;

/** A receipt with what proves it: `hash = SHA-256(prev_hash ‖ canonical JSON of receipt)`, signed by the marketplace. */
export const signedReceiptSchema = z.object({
  receipt: receiptBodySchema,
  prev_hash: sha256,
  hash: sha256,
  signature: z.string().describe('Ed25519 over "q-marketplace receipt", a line feed and the hash; base64'),
  key: signingKeySchema,
});

export type SignedReceiptBody = z.infer<typeof signedReceiptSchema>;
