import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { signedReceiptSchema, signingKeySchema } from '@q/contract/receipts';
import { receiptFault, type SignedReceipt } from '../features/ledger/receipt-signature.ts';

/** What is not signed has no place in a receipt; within `receipt` all is. */
const savedSchema = signedReceiptSchema.extend({ key: signingKeySchema.strict() }).strict();

const USAGE = 'Usage: npm run receipt:verify -- <receipt.json> [--key <public key in base64>]';

/** `npm run receipt:verify`: checks a saved receipt without a server. Exits 1 when it is not whole, 2 when it cannot be read. */
function main(): number {
  const { values, positionals } = parseArgs({ options: { key: { type: 'string' } }, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined) {
    console.error(USAGE);
    return 2;
  }
  const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const parsed = savedSchema.safeParse(saved);
  if (!parsed.success) {
    console.error(`${file} is not a receipt: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
    return 2;
  }
  const signed = parsed.data;
  // What was saved is checked, not what was understood of it: a field that is not signed has no place in a receipt.
  const fault = receiptFault(saved as SignedReceipt, values.key ?? null);
  if (fault !== null) {
    console.error(`NOT VALID: ${fault}`);
    return 1;
  }
  const { call_id, model, charged_usd, settled_at } = signed.receipt;
  console.log(`valid: ${call_id}, ${model}, ${charged_usd} USD, ${settled_at}`);
  console.log(
    values.key === undefined
      ? `It is whole and was signed by key ${signed.key.id}. Give --key with the marketplace's public key (GET /api/v1/receipts/key) to check who signed it.`
      : `It was signed by the key given (${signed.key.id}).`,
  );
  return 0;
}

try {
  process.exit(main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
