import type { Analysis, Task } from '@q/assistant/analysis';
import type { Votes } from '@q/assistant/choose/quality';
import type { FeedbackRequest } from '@q/contract/feedback';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { deleteVote, findAnswer, findCall, markAnswer, readPaidVotes, saveVote } from './store.ts';
import { cellOf, type VoteSource, weighVotes } from './weigh-votes.ts';

const DAY_MS = 86_400_000;
/** Older votes weigh next to nothing. */
const VOTES_KEPT_MS = 720 * DAY_MS;
/** At night: three o'clock UTC. */
const RECOMPUTED_AT_MS = 3 * 60 * 60_000;

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  analyze: (query: string) => Analysis;
}

const SOURCES: Record<FeedbackRequest['kind'], VoteSource> = {
  up: 'thumb',
  down: 'thumb',
  none: 'thumb',
  stars: 'stars',
  copied: 'copied',
  regenerated: 'regenerated',
};

function outcomeOf({ kind, stars }: FeedbackRequest): number {
  if (stars !== undefined) return (stars - 1) / 4;
  return kind === 'up' || kind === 'copied' ? 1 : 0;
}

/** What people think of answers, and how it moves the quality that recommendations are made by. */
export function createFeedback({ database, clock, logger, analyze }: Deps) {
  let weighed: ReadonlyMap<string, Votes> = new Map();

  /** Which model the feedback is about and what it was used for. Throws AppError 404 or 400. */
  async function judged(userId: string, request: FeedbackRequest): Promise<{ modelId: string; task: Task }> {
    const { message_id: messageId, call_id: callId, task } = request;
    const found =
      messageId === undefined
        ? await findCall(database, userId, callId ?? '')
        : await findAnswer(database, userId, messageId);
    if (!found?.model_id) {
      throw new AppError('not_found', {
        message: 'There is no such answer of yours.',
        param: messageId === undefined ? 'call_id' : 'message_id',
      });
    }
    const of = task ?? (found.question === null ? undefined : analyze(found.question).task);
    if (of === undefined) {
      throw new AppError('invalid_request', { message: '`task` has to say what the call was for.', param: 'task' });
    }
    return { modelId: found.model_id, task: of };
  }

  async function recompute(): Promise<void> {
    const now = clock.now();
    const rows = await readPaidVotes(database, new Date(now - VOTES_KEPT_MS));
    weighed = weighVotes(
      rows.map((row) => ({
        userId: row.user_id,
        modelId: row.model_id,
        task: row.task,
        source: row.source,
        outcome: row.outcome,
        votedAt: row.voted_at.getTime(),
      })),
      now,
    );
  }

  const inBackground = () =>
    void recompute().catch((error: unknown) => logger.warn({ err: error }, 'votes could not be weighed'));
  let stopNightly = () => {};
  const untilNight = (DAY_MS + RECOMPUTED_AT_MS - (clock.now() % DAY_MS)) % DAY_MS;
  const stopFirst = clock.after(untilNight, () => {
    inBackground();
    stopNightly = clock.every(DAY_MS, inBackground);
  });

  return {
    /** Keeps what somebody thinks of an answer of theirs. Throws AppError 404 for answers of others, 400 without a task. */
    async vote(userId: string, request: FeedbackRequest) {
      const { modelId, task } = await judged(userId, request);
      const key = { userId, modelId, task, source: SOURCES[request.kind] };
      const { message_id: messageId, kind } = request;
      await database.transaction(async (tx) => {
        if (kind === 'none') await deleteVote(tx, key);
        else await saveVote(tx, { ...key, outcome: outcomeOf(request), votedAt: new Date(clock.now()) });
        if (messageId !== undefined && key.source === 'thumb')
          await markAnswer(tx, messageId, kind === 'up' || kind === 'down' ? kind : null);
      });
      return { model_id: modelId, task, kind: request.kind };
    },
    /** Weighs all votes anew; also done every night. */
    recompute,
    /** All weighed votes by `cellOf`; another map after each weighing. */
    weighed: () => weighed,
    votesFor: (modelId: string, task: Task): Votes | undefined => weighed.get(cellOf(modelId, task)),
    close(): void {
      stopFirst();
      stopNightly();
    },
  };
}

export type Feedback = ReturnType<typeof createFeedback>;
