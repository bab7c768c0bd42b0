import type { ChatImage } from '@q/contract/sessions';
import type { FinishReason } from '@q/providers/spec/chat-model';
import type { ImageResult } from '@q/providers/spec/image-model';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import { untilAnswered } from '../../lib/until-answered.ts';
import type { KnownModel } from '../catalog/service.ts';
import { AUTO_MODEL } from '../gateway/auto-model.ts';
import type { CallEnd } from '../gateway/end-call.ts';
import type { Gateway, GatewayStream } from '../gateway/service.ts';
import { readImageFacts } from './image-facts.ts';
import { type ChatStore, type PreparedTurn, prepareTurn, refuseUnseen, type Turn } from './prepare-turn.ts';
import { type Answer, saveAnswer, saveQuestion } from './save-turn.ts';
import { picturesToSend, toRequest } from './to-request.ts';

/** What a chat turn yields while it runs. */
export type ChatEvent =
  /** What is asked is known; nothing is saved or held yet. */
  | { type: 'prepared'; sessionId: string; question: PreparedTurn['question'] }
  | { type: 'session'; sessionId: string; title: string; userMessageId: string | null }
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | {
      type: 'done';
      messageId: string;
      text: string;
      reasoning: string;
      reasoningMs: number | null;
      images: readonly ChatImage[];
      finishReason: FinishReason;
      provider: string;
      modelId: string;
      /** What the output ceiling was lowered to, in tokens; null where it was not. */
      clampedTo: number | null;
      end: CallEnd;
      /** Why the answer, which is paid all the same, could not be saved; null as a rule. */
      unsaved: unknown;
    };

/** What turns need. */
export interface TurnDeps {
  gateway: Gateway;
  clock: Clock;
  store: ChatStore;
}

type DoneEvent = Extract<ChatEvent, { type: 'done' }>;

function newAnswer(): Answer {
  return { id: newId('msg'), text: '', reasoning: '', reasoningMs: null, images: [], finishReason: 'stop' };
}

/** An answer whose call has ended, as `saveAnswer` saves it. */
type EndedAnswer = Parameters<typeof saveAnswer>[3] & { served: Pick<DoneEvent, 'modelId' | 'provider' | 'clampedTo'> };

function doneEvent({ answer, served, end }: EndedAnswer, unsaved: unknown): DoneEvent {
  const { id: messageId, text, reasoning, reasoningMs, images, finishReason } = answer;
  return { type: 'done', messageId, text, reasoning, reasoningMs, images, finishReason, ...served, end, unsaved };
}

/** True for a model that draws and does not talk. */
function onlyDraws({ endpoints }: Pick<KnownModel, 'endpoints'>): boolean {
  return endpoints.includes('images') && !endpoints.includes('chat') && !endpoints.includes('responses');
}

/** Measures how long a model thinks aloud before its first word. */
function createThinkingClock(clock: Clock, answer: Answer) {
  let begunAt: number | null = null;
  return {
    thinks(): void {
      begunAt ??= clock.now();
    },
    speaks(): void {
      if (begunAt !== null) answer.reasoningMs ??= clock.now() - begunAt;
    },
  };
}

async function* talk(
  deps: TurnDeps,
  turn: Turn,
  prepared: PreparedTurn,
  sent: string[],
): AsyncGenerator<ChatEvent, void> {
  const { gateway, store } = deps;
  const pictures = sent.length === 0 ? [] : await store.images.read(turn.caller.userId, sent);
  const stream = await gateway.stream({
    id: turn.callId,
    confirm: turn.confirm,
    caller: turn.caller,
    request: toRequest(turn.request.model_id, prepared, pictures),
    stream: true,
    signal: turn.signal,
    clamp: true,
  });
  try {
    yield* relayAnswer(deps, turn, prepared, stream);
  } finally {
    // A question that could not be saved leaves the answer unread.
    await stream.events.return();
  }
}

/** What is paid is saved, if need be when the database is back. That it was paid is told where even that fails. */
async function savePaidAnswer(
  { clock, store }: TurnDeps,
  turn: Turn,
  prepared: PreparedTurn,
  ended: EndedAnswer,
): Promise<DoneEvent> {
  try {
    await untilAnswered(clock, () => saveAnswer(store, turn, prepared, ended));
    return doneEvent(ended, null);
  } catch (error) {
    return doneEvent(ended, error);
  }
}

/** Saves the question, relays the answer and saves that. */
async function* relayAnswer(
  deps: TurnDeps,
  turn: Turn,
  prepared: PreparedTurn,
  { open, events }: GatewayStream,
): AsyncGenerator<ChatEvent, void> {
  const { store, clock } = deps;
  const userMessageId = await saveQuestion(store, turn, prepared);
  yield { type: 'session', sessionId: prepared.session.id, title: prepared.session.title, userMessageId };
  const answer = newAnswer();
  const thinking = createThinkingClock(clock, answer);
  for await (const event of events) {
    if (event.type === 'end') {
      thinking.speaks();
      if (event.end.error) answer.finishReason = 'error';
      // Cut short by the one who asked: what was kept is not the whole answer.
      else if (event.end.outcome === 'client_gone') answer.finishReason = 'length';
      const served = { modelId: open.model.id, provider: open.entry.id, clampedTo: open.clampedTo };
      yield await savePaidAnswer(deps, turn, prepared, { answer, served, end: event.end });
    } else if (event.part.type === 'text-delta' || event.part.type === 'refusal-delta') {
      thinking.speaks();
      answer.text += event.part.text;
      yield { type: 'text', text: event.part.text };
    } else if (event.part.type === 'reasoning-delta') {
      thinking.thinks();
      answer.reasoning += event.part.text;
      yield { type: 'reasoning', text: event.part.text };
    } else if (event.part.type === 'finish') answer.finishReason = event.part.reason;
  }
}

/** A picture that cannot be kept here is at least pointed to. */
const linkTo = (url: string): string => `[The picture at the provider, for a short time](${url})`;

/** Keeps what was drawn: pictures among the answer's images, addresses of pictures in its text. */
async function keepPictures(store: ChatStore, turn: Turn, sessionId: string, drawn: ImageResult): Promise<Answer> {
  const answer = newAnswer();
  const images: ChatImage[] = [];
  for (const { base64, url } of drawn.images) {
    const bytes = base64 === null ? null : Buffer.from(base64, 'base64');
    const facts = bytes && readImageFacts(bytes);
    if (bytes && facts) {
      const image = { id: newId('img'), ...facts };
      await store.images.add({ ...image, bytes, userId: turn.caller.userId, sessionId });
      images.push(image);
    } else if (url !== null) answer.text += `${linkTo(url)}\n\n`;
  }
  return { ...answer, images };
}

/** Draws. Question and pictures are saved before anything is charged. */
async function* draw(deps: TurnDeps, turn: Turn, prepared: PreparedTurn): AsyncGenerator<ChatEvent, void> {
  const { gateway, store } = deps;
  const { session } = prepared;
  let userMessageId: string | null = null;
  let answer = newAnswer();
  const { model, entry, end } = await gateway.generateImages({
    id: turn.callId,
    caller: turn.caller,
    request: { model: turn.request.model_id, prompt: prepared.question.content },
    signal: turn.signal,
    confirm: turn.confirm,
    async deliver(drawn) {
      userMessageId = await saveQuestion(store, turn, prepared);
      answer = await keepPictures(store, turn, session.id, drawn);
    },
  });
  yield { type: 'session', sessionId: session.id, title: session.title, userMessageId };
  if (answer.text !== '') yield { type: 'text', text: answer.text };
  const served = { modelId: model.id, provider: entry.id, clampedTo: null };
  yield await savePaidAnswer(deps, turn, prepared, { answer, served, end });
}

/** The model that will be picked can do what the messages need. */
const WHATEVER_FITS: Pick<KnownModel, 'name' | 'inputModalities' | 'endpoints'> = {
  name: 'The model that fits',
  inputModalities: ['text', 'image'],
  endpoints: ['chat'],
};

/**
 * One turn: question in, answer streamed (or pictures drawn, by a model that only draws), both saved, cost known. Throws AppError before
 * anything is yielded when the call is refused; a provider that fails in mid-answer yields `done` with what was delivered and its error in `end.error`.
 * An answer that could not be saved is `done` as well, with why in `unsaved`: whoever gets it has to look there.
 */
export async function* runTurn(deps: TurnDeps, turn: Turn): AsyncGenerator<ChatEvent, void> {
  const prepared = await prepareTurn(deps.store, turn);
  yield { type: 'prepared', sessionId: prepared.session.id, question: prepared.question };
  const id = turn.request.model_id;
  const model = id === AUTO_MODEL ? WHATEVER_FITS : deps.gateway.find(id);
  if (onlyDraws(model)) return yield* draw(deps, turn, prepared);
  refuseUnseen(model, prepared);
  yield* talk(deps, turn, prepared, picturesToSend(model, prepared));
}
