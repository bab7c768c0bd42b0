import type { ChatMessageRequest } from '@q/contract/chat';
import type { Caller } from '../../http/caller.ts';
import { toAppError } from '../../http/error-handler.ts';
import type { KeptAnswer } from '../../http/idempotency-key.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Concurrency } from '../gateway/concurrency.ts';
import { cameToSomething } from '../gateway/kept-answer.ts';
import type { Claim, Idempotency } from '../idempotency/service.ts';
import { conversationDeleted } from './prepare-turn.ts';
import type { ChatEvent } from './run-turn.ts';
import type { RunningTurn, RunningTurns } from './running-turns.ts';
import type { Chat } from './service.ts';
import { toErrorFrame, toLastFrame, toSessionFrame } from './turn-frames.ts';

/** The session behind a turn is looked at again this often, so that a sign-out reaches it whoever follows it. */
const RECHECK_EVERY_MS = 5_000;

/** What carrying out a turn needs. */
export interface CarryOutDeps {
  chat: Chat;
  turns: RunningTurns;
  idempotency: Idempotency;
  concurrency: Concurrency;
  clock: Clock;
  logger: Logger;
  shutdown: AbortSignal;
  /** Whether the session or key behind a caller still stands, whatever has become of the access token since. */
  stillValid(caller: Caller): Promise<boolean>;
}

/** What is kept of a turn under its idempotency key. */
interface KeptTurn {
  session: object;
  text: string;
  reasoning?: string;
  last: object;
}

/** Tells a turn again that was carried out and charged under the same key before: its text in one piece. */
function replayTurn(turn: RunningTurn, kept: KeptAnswer): void {
  const { session, text, reasoning = '', last } = JSON.parse(kept.body) as KeptTurn;
  turn.begin(session);
  if (reasoning !== '') turn.say('reasoning', reasoning);
  if (text !== '') turn.say('delta', text);
  turn.end({ ...last, replayed: true });
}

/** Ends a turn; under a claim, its end is kept before it is told. */
async function endTurn(turn: RunningTurn, event: Extract<ChatEvent, { type: 'done' }>, claim: Claim | null) {
  // In a conversation that was deleted there is nothing to save.
  if (event.unsaved !== null && !turn.isDeleted()) throw event.unsaved;
  const last = toLastFrame(event, turn.isDeleted());
  if (claim && cameToSomething(event.end)) {
    const { text, reasoning } = event;
    const session = turn.session() ?? {};
    const body: KeptTurn = { session, text, reasoning, last };
    const short: KeptTurn = { session, text: '', last: { ...last, answer_kept: false } };
    await claim.keep({ status: 200, headers: {}, body, short });
  }
  turn.end(last);
}

/** Runs a turn once. */
async function runTurn(
  { chat, shutdown }: CarryOutDeps,
  turn: RunningTurn,
  request: ChatMessageRequest,
  claim: Claim | null,
): Promise<void> {
  const { id: callId, caller } = turn;
  const signal = AbortSignal.any([turn.signal, shutdown]);
  for await (const event of chat.turn({ callId, caller, request, signal, confirm: claim?.confirm })) {
    if (event.type === 'prepared') turn.prepare(event.sessionId, event.question);
    else if (event.type === 'session') turn.begin(toSessionFrame(event, callId));
    else if (event.type === 'text') turn.say('delta', event.text);
    else if (event.type === 'reasoning') turn.say('reasoning', event.text);
    else await endTurn(turn, event, claim);
  }
}

/**
 * Carries a turn out to its end, whoever follows it. Never rejects: what goes wrong is the last frame of the turn. Ends the turn early
 * when its caller is signed out, its key revoked, or the server shuts down.
 */
export async function carryOutTurn(deps: CarryOutDeps, turn: RunningTurn, request: ChatMessageRequest): Promise<void> {
  const { idempotency, concurrency, clock, logger, turns } = deps;
  const run = async (claim: Claim | null) => {
    const release = concurrency.enter(turn.caller);
    try {
      await runTurn(deps, turn, request, claim);
    } finally {
      release();
    }
  };
  const recheck = async () => {
    // A database that is away for a moment signs nobody out.
    if (!(await deps.stillValid(turn.caller).catch(() => true))) turn.leave();
  };
  const stopChecking = clock.every(RECHECK_EVERY_MS, () => void recheck());
  try {
    await idempotency.once(turn.once, turn.id, { run, replay: async (kept) => replayTurn(turn, kept) });
  } catch (failure) {
    const error = turn.isDeleted() ? conversationDeleted(turn.session() === null ? 'nothing' : 'unknown') : failure;
    if (!toAppError(error)) logger.error({ err: error }, 'unexpected error in a chat turn');
    turn.end(toErrorFrame(error));
  } finally {
    stopChecking();
    turns.remove(turn);
  }
}
