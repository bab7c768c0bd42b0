// The ledger as a page of plain arithmetic: no batches, no transactions, no failures. What it says is what the real one has to say.

/** What a call used, and on whose terms it runs. */
export interface RefUsage {
  input: bigint;
  cached: bigint;
  write: bigint;
  output: bigint;
}

/** Pico-dollars a token. */
interface RefUnits {
  input: bigint;
  cached: bigint;
  write: bigint;
  output: bigint;
}

/** `bps`: the commission of a publisher's sale, or the fee on an own key. */
export interface RefTerms {
  mode: 'resale' | 'publisher' | 'byok';
  list: RefUnits;
  cost: RefUnits;
  bps: bigint;
}

interface RefWallet {
  code: string;
  user: string;
  bucket: 'paid' | 'promo' | 'tokens';
  /** The order in which wallets expire. */
  expires: number;
  posted: bigint;
  held: bigint;
  frozen: boolean;
  expired: boolean;
}

/** Spend of a key with a daily limit. */
export interface RefKey {
  limit: bigint;
  held: bigint;
  spent: bigint;
}

/** One call. `delivered` is what its process knows, `checkpoint` what it has stored. */
export interface RefCall {
  id: string;
  user: string;
  terms: RefTerms;
  asset: 'money' | 'tokens';
  lines: { wallet: RefWallet; amount: bigint }[];
  key: RefKey | null;
  state: 'open' | 'orphan' | 'settled' | 'void';
  delivered: RefUsage | null;
  checkpoint: RefUsage | null;
  usage: RefUsage | null;
  charged: bigint;
  refunded: bigint;
}

type Refusal = { refused: 'balance'; available: bigint; held: bigint } | { refused: 'limit' };

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const upTo = (dividend: bigint, divisor: bigint) => (dividend + divisor - 1n) / divisor;
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** Every token once, at its own price; rounded once, up. */
function priceOf(usage: RefUsage, units: RefUnits, bps: bigint): bigint {
  const plain = usage.input - usage.cached - usage.write;
  const pico =
    plain * units.input + usage.cached * units.cached + usage.write * units.write + usage.output * units.output;
  return upTo(pico * bps, 1_000n * 10_000n);
}

/** What a call costs the buyer. */
export const grossOf = (usage: RefUsage, terms: RefTerms): bigint =>
  priceOf(usage, terms.list, terms.mode === 'byok' ? terms.bps : 10_000n);

type Postings = Map<string, bigint>;
const post = (postings: Postings, code: string, amount: bigint) =>
  postings.set(code, (postings.get(code) ?? 0n) + amount);

/** What an ended call, its refunds included, has left on the platform's accounts. */
export function postingsOf(call: Pick<RefCall, 'terms' | 'asset' | 'usage' | 'charged' | 'refunded'>): Postings {
  const postings: Postings = new Map();
  const { terms, usage, charged, refunded } = call;
  if (usage === null) return postings;
  const gross = grossOf(usage, terms);
  const paid = call.asset === 'tokens' ? gross : charged;
  if (call.asset === 'tokens') post(postings, 'expense:free_tokens', -gross);
  if (terms.mode === 'publisher') {
    const house = (paid * terms.bps) / 10_000n;
    // After refunds the books are as if the call had cost only what is left of it, at the same split.
    const houseLeft = paid === 0n ? 0n : ((paid - refunded) * house) / paid;
    post(postings, 'revenue:commission', houseLeft);
    post(postings, 'payable:publisher:proof', paid - refunded - houseLeft);
  } else post(postings, terms.mode === 'byok' ? 'revenue:byok_fee' : 'revenue:resale', paid - refunded);
  if (terms.mode === 'resale') {
    const overrun = gross - paid;
    post(postings, 'revenue:resale', overrun);
    post(postings, 'expense:overrun', -overrun);
    const cost = priceOf(usage, terms.cost, 10_000n);
    post(postings, 'expense:provider_cost', -cost);
    post(postings, 'payable:provider:proof', cost);
  }
  return postings;
}

/** The whole reference: wallets, calls, and what the platform's accounts hold. */
export function createReferenceLedger() {
  const wallets: RefWallet[] = [];
  const calls: RefCall[] = [];
  const moved: Postings = new Map();

  function wallet(user: string, bucket: RefWallet['bucket'], code: string): RefWallet {
    const found = wallets.find((each) => each.code === code);
    if (found) return found;
    const expires = bucket === 'paid' ? Number.POSITIVE_INFINITY : wallets.length;
    const made = { code, user, bucket, expires, posted: 0n, held: 0n, frozen: false, expired: false };
    wallets.push(made);
    return made;
  }
  const of = (user: string, tokens: boolean) =>
    wallets
      .filter((each) => each.user === user && (each.bucket === 'tokens') === tokens)
      .sort((a, b) => (a.expires < b.expires ? -1 : 1));
  const usable = (user: string, tokens: boolean) =>
    of(user, tokens).filter((each) => !each.frozen && !each.expired && each.posted > each.held);
  const free = (list: readonly RefWallet[]) => sum(list.map(({ posted, held }) => posted - held));
  const paid = (user: string) => wallet(user, 'paid', `wallet:${user}:paid`);

  function credit(to: RefWallet, amount: bigint, from: string): void {
    to.posted += amount;
    post(moved, from, -amount);
  }

  /** Sets `amount` aside, wallet by wallet in the order of their expiry; false, and nothing done, when it is not there. */
  function draw(call: Pick<RefCall, 'user' | 'asset' | 'lines'>, amount: bigint): boolean {
    const from = usable(call.user, call.asset === 'tokens');
    if (free(from) < amount) return false;
    let left = amount;
    for (const each of from) {
      const part = least(left, each.posted - each.held);
      if (part > 0n) call.lines.push({ wallet: each, amount: part });
      each.held += part;
      left -= part;
    }
    return true;
  }

  /** What somebody sees of their money: promotional money is gone the moment it expires. */
  function totals(user: string): { available: bigint; held: bigint } {
    const own = of(user, false);
    return { available: free(own.filter((each) => !each.expired)), held: sum(own.map(({ held }) => held)) };
  }

  function end(call: RefCall, usage: RefUsage | null): bigint {
    if (call.state === 'settled' || call.state === 'void') return call.charged;
    const held = sum(call.lines.map(({ amount }) => amount));
    const due = usage === null ? 0n : call.asset === 'tokens' ? usage.input + usage.output : grossOf(usage, call.terms);
    let left = least(due, held);
    for (const line of call.lines) {
      const part = least(left, line.amount);
      line.wallet.posted -= part;
      line.wallet.held -= line.amount;
      left -= part;
    }
    if (call.asset === 'money') call.charged = least(due, held);
    else post(moved, 'tokens:used', least(due, held));
    if (call.key) {
      call.key.held -= held;
      call.key.spent += call.charged;
    }
    call.usage = usage;
    call.state = usage === null ? 'void' : 'settled';
    return call.charged;
  }

  return {
    calls,
    wallets,
    totals,
    end,
    topUp: (user: string, amount: bigint) => credit(paid(user), amount, 'asset:test_funds'),
    grant: (user: string, id: string, amount: bigint) =>
      credit(wallet(user, 'promo', `wallet:${user}:promo:${id}`), amount, 'expense:promo'),
    grantTokens: (user: string, id: string, amount: bigint) =>
      credit(wallet(user, 'tokens', `wallet:${user}:tokens:${id}`), amount, 'tokens:granted'),
    /** False when more is to be taken than is there. */
    adjust(user: string, amount: bigint): boolean {
      // A correction that is refused leaves nothing behind, not even a wallet, which could be frozen.
      const there = wallets.find((each) => each.code === `wallet:${user}:paid`);
      if ((there ? there.posted - there.held : 0n) + amount < 0n) return false;
      credit(paid(user), amount, amount > 0n ? 'expense:adjustment' : 'revenue:adjustment');
      return true;
    },
    freeze(user: string, frozen: boolean): void {
      for (const each of wallets) if (each.user === user) each.frozen = frozen;
    },
    /** Lets a wallet's time end, and books what no call holds of all whose time has ended. */
    expire(code: string | null): void {
      for (const each of wallets) {
        if (each.code === code) each.expired = true;
        if (!each.expired) continue;
        post(moved, each.bucket === 'tokens' ? 'tokens:expired' : 'revenue:breakage', each.posted - each.held);
        each.posted = each.held;
      }
    },
    hold(
      asked: Pick<RefCall, 'id' | 'user' | 'terms' | 'key'>,
      amount: bigint,
      tokens: bigint | null,
    ): Refusal | RefCall {
      const call: RefCall = {
        ...asked,
        ...{ asset: 'money', lines: [], state: 'open', delivered: null, checkpoint: null, usage: null },
        ...{ charged: 0n, refunded: 0n },
      };
      if (tokens !== null && draw({ ...call, asset: 'tokens' }, tokens)) {
        call.asset = 'tokens';
        call.key = null;
      } else {
        const { key } = call;
        if (key && key.held + key.spent + amount > key.limit) return { refused: 'limit' };
        if (!draw(call, amount)) return { refused: 'balance', ...totals(call.user) };
        if (key) key.held += amount;
      }
      calls.push(call);
      return call;
    },
    extend(call: RefCall, nano: bigint, tokens: bigint): boolean {
      const amount = call.asset === 'tokens' ? tokens : nano;
      if (call.state !== 'open') return false;
      if (call.key && call.key.held + call.key.spent + amount > call.key.limit) return false;
      if (!draw(call, amount)) return false;
      if (call.key) call.key.held += amount;
      return true;
    },
    /** False when the call cannot be refunded so much. Null: all that is left. */
    refund(call: RefCall, amount: bigint | null): boolean {
      const before = call.charged - call.refunded;
      const after = before - (amount ?? before);
      if (before === 0n || after < 0n) return false;
      call.refunded = call.charged - after;
      // The charge lies over the lines from end to end, and what was charged last goes back first.
      let start = 0n;
      for (const line of call.lines) {
        const within = (cost: bigint) => (cost <= start ? 0n : least(cost - start, line.amount));
        const part = within(before) - within(after);
        if (line.wallet.expired) post(moved, 'revenue:breakage', part);
        else line.wallet.posted += part;
        start += line.amount;
      }
      return true;
    },
    /** What every account of the platform has gained. */
    platform(): Postings {
      const all: Postings = new Map(moved);
      for (const call of calls) for (const [code, amount] of postingsOf(call)) post(all, code, amount);
      return all;
    },
  };
}

export type ReferenceLedger = ReturnType<typeof createReferenceLedger>;
