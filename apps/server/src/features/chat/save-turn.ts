import type { ChatImage } from '@q/contract/sessions';
import type { FinishReason } from '@q/providers/spec/chat-model';
import type { CallEnd } from '../gateway/end-call.ts';
import type { ChatStore, PreparedTurn, Turn } from './prepare-turn.ts';
import { stoppedBy } from './stopped-by.ts';

const NUL = '\u0000';

/** An answer as it stands when its call has ended. */
export interface Answer {
  id: string;
  text: string;
  reasoning: string;
  /** From the first thought to the first word; null when nothing was thought aloud. */
  reasoningMs: number | null;
  images: readonly ChatImage[];
  finishReason: FinishReason;
}

/** Saves the question once the model has begun to answer: a refused call leaves no half conversation behind. Answers its id when it is new. */
export async function saveQuestion(store: ChatStore, turn: Turn, prepared: PreparedTurn): Promise<string | null> {
  const { request, caller } = turn;
  const { session, parameters, question } = prepared;
  if (request.session_id === undefined) {
    await store.sessions.create({
      id: session.id,
      userId: caller.userId,
      title: session.title,
      modelId: request.model_id,
      parameters,
    });
  } else {
    await store.sessions.update(caller.userId, session.id, {
      title: session.title,
      modelId: request.model_id,
      parameters,
    });
  }
  if (!question.isNew) return null;
  if (question.images.length > 0)
    await store.images.attach(
      caller.userId,
      session.id,
      question.images.map(({ id }) => id),
    );
  await store.messages.add({
    id: question.id,
    sessionId: session.id,
    parentId: question.parentId,
    role: 'user',
    content: question.content,
    images: question.images,
    reasoning: null,
    reasoningMs: null,
    modelId: null,
    callId: null,
    inputTokens: null,
    outputTokens: null,
    costNano: null,
    finishReason: null,
    receipt: null,
  });
  return question.id;
}

/** Saves an answer with what it cost, beside earlier answers to the same question. */
export async function saveAnswer(
  store: ChatStore,
  turn: Pick<Turn, 'callId'>,
  prepared: PreparedTurn,
  { answer, served, end }: { answer: Answer; served: { modelId: string; provider: string }; end: CallEnd },
): Promise<void> {
  // The answer is paid: it is saved whatever a model writes.
  const storable = (text: string) => text.replaceAll(NUL, '\ufffd');
  await store.messages.add({
    id: answer.id,
    sessionId: prepared.session.id,
    parentId: prepared.question.id,
    role: 'assistant',
    content: storable(answer.text),
    images: answer.images,
    reasoning: answer.reasoning === '' ? null : storable(answer.reasoning),
    reasoningMs: answer.reasoningMs,
    modelId: served.modelId,
    callId: turn.callId,
    inputTokens: end.usage.inputTokens,
    outputTokens: end.usage.outputTokens,
    costNano: end.costNano,
    finishReason: answer.finishReason,
    receipt: {
      model_id: served.modelId,
      provider: served.provider,
      ttft_ms: end.ttftMs,
      duration_ms: end.durationMs,
      usage_source: end.usageSource,
      stopped_by: stoppedBy(end.outcome),
    },
  });
}
