import type { Database } from '../../apps/server/src/platform/database/database.ts';
import { INPUT_TOKENS, PIECE_TOKENS, type Sent, type Upstream } from './load.ts';

/** Pico-dollars a token. */
export interface UnitPrice {
  input: bigint;
  output: bigint;
}

/** What the books say of one call. Amounts in nano-dollars. */
interface Booked {
  held: bigint;
  kind: 'settle' | 'void' | null;
  charged: bigint | null;
}

/** The gateway's bound of a short message, which is held whatever the message is. */
const INPUT_TOKENS_HELD = 512n;

const priceOf = ({ input, output }: UnitPrice, inputTokens: bigint, outputTokens: bigint): bigint =>
  (inputTokens * input + outputTokens * output + 999n) / 1_000n;

/** What an answer of so many pieces costs. */
const costOf = (price: UnitPrice, pieces: number): bigint =>
  priceOf(price, BigInt(INPUT_TOKENS), BigInt(pieces * PIECE_TOKENS));

/** Reads how every call of these people ended, by the output ceiling that its hold shows. Throws when two holds show the same one. */
export async function readBooked(
  database: Database,
  price: UnitPrice,
  userIds: readonly string[],
): Promise<Map<number, Booked>> {
  const rows = await database.query<Booked>(
    `SELECT sum(l.amount)::bigint AS held, r.kind, r.amount AS charged
     FROM holds h JOIN hold_lines l ON l.hold_id = h.id LEFT JOIN hold_resolutions r ON r.hold_id = h.id
     WHERE h.user_id = ANY($1) GROUP BY h.id, r.hold_id, r.kind, r.amount`,
    [userIds],
  );
  const booked = new Map<number, Booked>();
  for (const row of rows) {
    const ceiling = Number((row.held * 1_000n - INPUT_TOKENS_HELD * price.input) / price.output);
    if (booked.has(ceiling)) throw new Error(`two holds were placed for one call, of ${row.held} nano-dollars each`);
    booked.set(ceiling, row);
  }
  return booked;
}

/** One call with what its client, its upstream and the books say. */
interface Case {
  sent: Sent;
  upstream: Upstream;
  /** What stands in the books, of a call that has ended. */
  kind: 'settle' | 'void';
  charged: bigint;
  /** What all that was sent for it costs, and what its client has received. */
  whole: bigint;
  received: bigint;
}

/** What each end allows, and how to say so when it is not kept. */
const RULES: Record<Sent['end'], { says: string; holds: (it: Case) => boolean }> = {
  whole: {
    says: 'the whole answer is charged, and its client told so',
    holds: ({ sent, upstream, kind, charged, whole }) =>
      upstream.whole &&
      sent.pieces === upstream.pieces &&
      kind === 'settle' &&
      charged === whole &&
      sent.cost === whole,
  },
  told: {
    says: 'what its client was told is charged, and no more than came',
    holds: ({ sent, charged, received }) => charged === sent.cost && charged <= received,
  },
  refused: { says: 'nothing is charged', holds: ({ charged }) => charged === 0n },
  left: {
    // More can have come than its client read; and its process can have been killed before it had stored anything.
    says: 'what was sent is charged at most',
    holds: ({ charged, whole }) => charged <= whole,
  },
  broken: {
    says: 'a stream is charged what came at most; an answer that was there, whole or not at all',
    holds({ sent, upstream, charged, whole, received }) {
      if (charged === 0n) return true;
      return sent.stream ? sent.pieces > 0 && charged <= received : upstream.whole && charged === whole;
    },
  },
};

/** What is wrong with the charge of one call; null when nothing is. */
function faultOf(sent: Sent, upstream: Upstream, booked: Booked | undefined, price: UnitPrice): string | null {
  if (upstream.times > 1) return 'a call reaches the provider once';
  if (booked === undefined) {
    const unheld = upstream.times === 0 && (sent.end === 'refused' || sent.end === 'broken');
    return unheld ? null : 'a call reaches the provider with a hold only';
  }
  const { kind, charged } = booked;
  if (kind === null || charged === null) return 'every call ends';
  const { says, holds } = RULES[sent.end];
  const whole = costOf(price, upstream.pieces);
  const received = costOf(price, sent.pieces);
  return holds({ sent, upstream, kind, charged, whole, received }) ? null : says;
}

/** What is wrong with the charges of all calls, a line each. */
export function faultsOf(
  calls: readonly Sent[],
  upstream: ReadonlyMap<number, Upstream>,
  booked: ReadonlyMap<number, Booked>,
  price: UnitPrice,
): string[] {
  const none: Upstream = { pieces: 0, whole: false, times: 0 };
  return calls.flatMap((sent) => {
    const own = upstream.get(sent.ceiling) ?? none;
    const fault = faultOf(sent, own, booked.get(sent.ceiling), price);
    const charged = booked.get(sent.ceiling)?.charged;
    const { stream, end, pieces } = sent;
    const what = `${stream ? 'stream' : 'answer'} ${sent.ceiling} (${end}, ${pieces} of ${own.pieces} pieces, charged ${charged})`;
    return fault === null ? [] : [`${what}: ${fault}`];
  });
}
