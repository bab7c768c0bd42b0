/** Sums of transfers of one kind of event on one class of accounts, in nano-dollars: `credits − debits` of the accounts. */
export interface AccountSum {
  /** The kind of the journals. */
  kind: string;
  /** An account's code; `wallet`, `payable:publisher` and `payable:provider` stand for all accounts that begin so. */
  account: string;
  /** Signed: above zero when more was credited than debited. */
  amount: bigint;
}

/** The figures of a report, in nano-dollars. */
export interface RevenueFigures {
  gross: bigint;
  refunds: bigint;
  commission: bigint;
  resale: bigint;
  providerCost: bigint;
  resaleMargin: bigint;
  byokFees: bigint;
  publisherShares: bigint;
  overruns: bigint;
  freeTokens: bigint;
  promo: bigint;
  adjustmentsGiven: bigint;
  adjustmentsTaken: bigint;
  breakage: bigint;
  topUps: bigint;
  net: bigint;
}

/**
 * Derives every figure from sums over accounts. Revenue counts what was credited, expense what was debited; a refund has taken its part
 * off the accounts it came from. `net` is all revenue less all expense, known here or not.
 */
export function revenueFigures(sums: readonly AccountSum[]): RevenueFigures {
  const total = (test: (sum: AccountSum) => boolean) =>
    sums.filter(test).reduce((amount, sum) => amount + sum.amount, 0n);
  const credited = (account: string) => total((sum) => sum.account === account);
  const wallets = (kind: string) => total((sum) => sum.account === 'wallet' && sum.kind === kind);
  const isResult = ({ account }: AccountSum) => account.startsWith('revenue:') || account.startsWith('expense:');
  const resale = credited('revenue:resale');
  const providerCost = -credited('expense:provider_cost');
  const overruns = -credited('expense:overrun');
  return {
    gross: -wallets('charge'),
    refunds: wallets('refund'),
    commission: credited('revenue:commission'),
    resale,
    providerCost,
    resaleMargin: resale - providerCost - overruns,
    byokFees: credited('revenue:byok_fee'),
    // Payouts take from the same accounts: what was earned is told by charges and refunds alone.
    publisherShares: total(
      ({ account, kind }) => account === 'payable:publisher' && (kind === 'charge' || kind === 'refund'),
    ),
    overruns,
    freeTokens: -credited('expense:free_tokens'),
    promo: -credited('expense:promo'),
    adjustmentsGiven: -credited('expense:adjustment'),
    adjustmentsTaken: credited('revenue:adjustment'),
    breakage: credited('revenue:breakage'),
    topUps: wallets('top_up'),
    net: total(isResult),
  };
}
