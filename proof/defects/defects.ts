/** One replacement in one file of the product. `search` has to be there exactly once. */
export interface Patch {
  file: string;
  search: string;
  replace: string;
}

/** A mistake somebody could make, as patches, and the tests that have to catch it. */
export interface Defect {
  name: string;
  /** What would happen to the money. */
  harm: string;
  patches: readonly Patch[];
  tests: readonly string[];
}

const SERVER = 'apps/server/src/';
const LEDGER = `${SERVER}features/ledger/`;
const GATEWAY = `${SERVER}features/gateway/`;

const patch = (file: string, search: string, replace: string): Patch => ({ file, search, replace });

const ARITHMETIC = ['proof/arithmetic.test.ts'];
const MODEL = ['proof/model/model.test.ts'];
const SIMULATION = ['proof/simulation/simulation.test.ts'];
const CONCURRENT = ['proof/model/concurrent.test.ts'];

const ARITHMETIC_DEFECTS: Defect[] = [
  {
    name: 'float-rounding',
    harm: 'prices computed in floating point, wrong by nano-dollars',
    patches: [
      patch(
        `${LEDGER}charge.ts`,
        'return (dividend + divisor - 1n) / divisor;',
        'return BigInt(Math.ceil((Number(dividend) / Number(divisor)) * 1e-9 * 1e9));',
      ),
    ],
    tests: ARITHMETIC,
  },
  {
    name: 'rounding-down',
    harm: 'a call sold below what it costs, by a nano-dollar',
    patches: [patch(`${LEDGER}charge.ts`, 'return (dividend + divisor - 1n) / divisor;', 'return dividend / divisor;')],
    tests: ARITHMETIC,
  },
  {
    name: 'commission-rounded-up',
    harm: 'publishers get less than their share',
    patches: [
      patch(
        `${LEDGER}charge.ts`,
        'return (gross * BigInt(commissionBps)) / BPS_WHOLE;',
        'return divideUp(gross * BigInt(commissionBps), BPS_WHOLE);',
      ),
    ],
    tests: ARITHMETIC,
  },
  {
    name: 'cached-tokens-twice',
    harm: 'cached tokens are charged at both prices',
    patches: [
      patch(
        `${LEDGER}charge.ts`,
        'const plain = BigInt(usage.inputTokens) - cached - cacheWrite;',
        'const plain = BigInt(usage.inputTokens) - cacheWrite;',
      ),
    ],
    tests: ARITHMETIC,
  },
  {
    name: 'overrun-billed',
    harm: 'usage above the hold is taken from the wallet, below zero',
    patches: [
      patch(
        `${LEDGER}settlement.ts`,
        'const charged = input.gross < held ? input.gross : held;',
        'const charged = input.gross;',
      ),
      patch(
        `${LEDGER}settlement.ts`,
        'const charge = left < line.amount ? left : line.amount;',
        'const charge = left;',
      ),
    ],
    tests: ARITHMETIC,
  },
  {
    name: 'release-of-the-charge',
    harm: 'what a call did not use stays set aside for ever',
    patches: [patch(`${LEDGER}settlement.ts`, 'change.release += line.amount;', 'change.release += charge;')],
    tests: MODEL,
  },
  {
    name: 'free-tokens-never-used',
    harm: 'free tokens last for ever',
    patches: [
      patch(
        `${LEDGER}settlement.ts`,
        'const wallets = changesOf(input.lines, input.tokens < held ? input.tokens : held);',
        'const wallets = changesOf(input.lines, held - held);',
      ),
    ],
    tests: MODEL,
  },
];

const BOOKS_DEFECTS: Defect[] = [
  {
    name: 'check-then-act',
    harm: 'calls at the same moment spend the same money',
    patches: [
      patch(
        `${LEDGER}place-holds-store.ts`,
        '    ORDER BY account_id FOR UPDATE\n  ),\n  free_tokens AS',
        '    ORDER BY account_id\n  ),\n  free_tokens AS',
      ),
    ],
    tests: CONCURRENT,
  },
  {
    name: 'outdated-row',
    harm: 'a call is refused by an error while the money for it comes free',
    patches: [
      patch(
        `${LEDGER}place-holds-store.ts`,
        'SET posted = m.posted, held = m.held + t.amount',
        'SET held = w.held + t.amount',
      ),
    ],
    tests: CONCURRENT,
  },
  {
    name: 'settled-twice',
    harm: 'a call that is ended twice is charged twice',
    patches: [
      patch(
        `${LEDGER}end-holds-store.ts`,
        'WHERE (SELECT count(*) FROM open) = cardinality($1::text[])',
        'WHERE (SELECT count(*) FROM open) >= 0',
      ),
      patch(
        `${LEDGER}end-holds-store.ts`,
        '(SELECT at FROM moment)\n    WHERE EXISTS (SELECT 1 FROM go)\n',
        '(SELECT at FROM moment)\n    WHERE EXISTS (SELECT 1 FROM go) ON CONFLICT DO NOTHING\n',
      ),
      patch(
        `${LEDGER}end-holds-store.ts`,
        'AS user_id) c WHERE EXISTS (SELECT 1 FROM go) RETURNING',
        'AS user_id) c WHERE EXISTS (SELECT 1 FROM go) ON CONFLICT DO NOTHING RETURNING',
      ),
      patch(
        `${LEDGER}end-holds-store.ts`,
        "decode(unnest($23::text[]), 'hex')\n    WHERE EXISTS (SELECT 1 FROM go)\n",
        "decode(unnest($23::text[]), 'hex')\n    WHERE EXISTS (SELECT 1 FROM go) ON CONFLICT DO NOTHING\n",
      ),
      patch(`${LEDGER}end-holds-store.ts`, 'held = w.held - c.release', 'held = GREATEST(w.held - c.release, 0)'),
    ],
    tests: MODEL,
  },
  {
    name: 'promotional-money-last',
    harm: 'paid money is spent while promotional money expires',
    patches: [
      patch(
        `${LEDGER}place-holds-store.ts`,
        "PARTITION BY user_id ORDER BY bucket = 'paid', expires_at",
        "PARTITION BY user_id ORDER BY bucket <> 'paid', expires_at",
      ),
    ],
    tests: MODEL,
  },
  {
    name: 'daily-limit-without-holds',
    harm: 'a key with a daily limit spends more than the limit',
    patches: [
      patch(
        `${LEDGER}hold-store.ts`,
        'WHERE d.held + d.spent + excluded.held <= $3::bigint',
        'WHERE d.spent + excluded.held <= $3::bigint',
      ),
    ],
    tests: MODEL,
  },
  {
    name: 'refund-beyond-the-charge',
    harm: 'more is refunded than was paid',
    patches: [
      patch(`${LEDGER}refunds.ts`, 'if (amount > left || left === 0n) throw tooMuch(call, amount);', ''),
      patch(
        `${LEDGER}refunds.ts`,
        'planRefund(call, amount)',
        'planRefund({ ...call, refunded: 0n }, amount > call.charged ? call.charged : amount)',
      ),
    ],
    tests: MODEL,
  },
  {
    name: 'receipts-not-chained',
    harm: 'a receipt can be taken out of its chain unseen',
    patches: [patch(`${LEDGER}receipt-chain.ts`, 'prevHash = row.hash;', 'prevHash = genesisHash(id);')],
    tests: CONCURRENT,
  },
  {
    name: 'credit-under-a-new-name',
    harm: 'a top-up whose answer was lost is credited again when it is delivered again',
    patches: [
      patch(
        `${LEDGER}account-store.ts`,
        '[credit.idemKey, credit.kind',
        "[credit.idemKey + ':' + Math.random(), credit.kind",
      ),
    ],
    tests: ['proof/top-ups.test.ts'],
  },
  {
    name: 'key-without-fingerprint',
    harm: 'another request under the same Idempotency-Key gets the answer of the first',
    patches: [
      patch(
        `${SERVER}features/idempotency/service.ts`,
        'if (!row.fingerprint.equals(request.fingerprint)) {',
        'if (row.fingerprint.length === 0) {',
      ),
    ],
    tests: ['proof/top-ups.test.ts'],
  },
];

const CALL_DEFECTS: Defect[] = [
  {
    name: 'leases-not-renewed',
    harm: 'a running call is ended by others as if its process had died',
    patches: [
      patch(
        `${LEDGER}hold-store.ts`,
        'UPDATE hold_progress p SET lease_until = now()',
        'UPDATE hold_progress p SET lease_until = p.lease_until + 0 * (now() - now())',
      ),
    ],
    tests: SIMULATION,
  },
  {
    name: 'swept-too-early',
    harm: 'a call whose process is alive is ended by others',
    patches: [patch(`${LEDGER}hold-store.ts`, 'const SWEEP_MARGIN_SECONDS = 10;', 'const SWEEP_MARGIN_SECONDS = -31;')],
    tests: SIMULATION,
  },
  {
    name: 'told-before-booked',
    harm: 'a caller is told the end of a call whose charge does not stand yet, and never will if the process dies',
    patches: [
      patch(
        `${GATEWAY}end-call.ts`,
        'settled = await ledger.settle(open.hold, { usage, usageSource, reason: outcome, attempts });',
        `void ledger.settle(open.hold, { usage, usageSource, reason: outcome, attempts }).catch(() => undefined);
    settled = { charged: grossOf(usage, model.price), overrun: 0n, balance: 0n };`,
      ),
      patch(
        `${GATEWAY}end-call.ts`,
        'const { ledger, clock } = deps;',
        'const { ledger, clock } = deps;\n  const { model } = open;',
      ),
    ],
    tests: SIMULATION,
  },
  {
    name: 'extension-forgotten',
    harm: 'money whose extension was not acknowledged stays set aside for ever',
    patches: [patch(`${LEDGER}grow-hold.ts`, '      hold.inDoubt = true;\n', '')],
    tests: SIMULATION,
  },
  {
    name: 'redirected-at-the-old-price',
    harm: 'a call that another provider took over is charged at the price of the one that failed',
    patches: [patch(`${LEDGER}grow-hold.ts`, '      if (redirected) Object.assign(hold, terms);\n', '')],
    tests: SIMULATION,
  },
  {
    name: 'outage-tried-elsewhere',
    harm: 'a hold whose acknowledgement was lost is placed again for the next provider',
    patches: [patch(`${GATEWAY}open-call.ts`, " && error.code !== 'service_unavailable';", ';')],
    tests: SIMULATION,
  },
  {
    name: 'failed-call-charged',
    harm: 'a call that brought nothing is charged its input',
    patches: [patch(`${GATEWAY}end-call.ts`, "isZeroCompletion(relay.meter, relay.outcome !== 'completed')", 'false')],
    tests: SIMULATION,
  },
  {
    name: 'end-not-retried',
    harm: 'a call whose end met a broken connection is never charged',
    patches: [
      patch(
        `${SERVER}lib/until-answered.ts`,
        'if (!isServiceUnavailable(error) || clock.elapsed() > deadline) throw error;',
        'throw error;',
      ),
    ],
    tests: SIMULATION,
  },
  {
    name: 'unwritten-end-kept',
    harm: 'money of a call whose end could not be written stays set aside while its process lives',
    patches: [
      patch(
        `${LEDGER}service.ts`,
        `    try {
      return await untilAnswered(clock, async () => {
        await growth.settleDoubt(hold);
        return ends.add(await plan());
      });
    } finally {
      open.remove(hold);
    }`,
        `    const settled = await untilAnswered(clock, async () => {
      await growth.settleDoubt(hold);
      return ends.add(await plan());
    });
    open.remove(hold);
    return settled;`,
      ),
    ],
    tests: SIMULATION,
  },
  {
    name: 'unread-stream-kept',
    harm: 'money of a stream that nobody reads stays set aside while its process lives',
    patches: [patch(`${GATEWAY}unread-events.ts`, '      if (isUnread) await leave();\n', '')],
    tests: SIMULATION,
  },
  {
    name: 'retried-under-a-new-id',
    harm: 'a hold whose acknowledgement was lost is placed again, and both are charged',
    patches: [
      patch(
        `${LEDGER}place-hold.ts`,
        'const placed = await batcher.add(hold);',
        `const placed = await batcher.add(hold).catch(async (error) => {
        if (!isServiceUnavailable(error)) throw error;
        return batcher.add({ ...hold, id: \`\${hold.id}-again\` });
      });`,
      ),
    ],
    tests: SIMULATION,
  },
];

/** Every defect, each of which some test has to catch. */
export const DEFECTS: readonly Defect[] = [...ARITHMETIC_DEFECTS, ...BOOKS_DEFECTS, ...CALL_DEFECTS];

/** The code with the patches in it. Throws when one does not fit any more: its defect would prove nothing. */
export function withDefect(code: string, patches: readonly Patch[]): string {
  return patches.reduce((text, { file, search, replace }) => {
    const times = text.split(search).length - 1;
    if (times !== 1) throw new Error(`${file} has the text of a defect ${times} times instead of once:\n${search}`);
    return text.replace(search, () => replace);
  }, code);
}
