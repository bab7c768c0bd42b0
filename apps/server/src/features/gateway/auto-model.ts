import type { ChatCompletionRequest } from '@q/contract/chat';
import { AppError } from '../../lib/app-error.ts';

/** The model id under which the model is picked for each conversation. */
export const AUTO_MODEL = 'q/auto';

/** What was picked for one call. */
export interface PickedModels {
  /** The model, then those that stand in for it. Never empty. */
  modelIds: string[];
  task: string;
  /** A sentence for people. */
  reason: string;
}

/**
 * Picks models for a call, or says why none that can be called now can serve it. A conversation keeps the model that was picked for a call
 * in it; a quote is told what a call would get, and changes nothing.
 */
export type PickModels = (
  userId: string,
  request: ChatCompletionRequest,
  use: 'call' | 'quote',
) => PickedModels | AppError;

/** The error where no model that can be called can serve a request, whatever its length. */
export function nobodyServes(): AppError {
  return new AppError('model_unavailable', {
    message: 'No model that can be called here now can serve this request. GET /v1/models lists those there are.',
    param: 'model',
  });
}

/** The error where models could serve a request if it were shorter; `longest` is the one of them that reads most. */
export function tooLongForAll(inputTokens: number, longest: { id: string; contextWindow: number }): AppError {
  return new AppError('invalid_request', {
    message: `The messages are about ${inputTokens} tokens long, too long for every model that could be picked now with room for the answer; the longest, ${longest.id}, reads at most ${longest.contextWindow} here.`,
    param: 'messages',
  });
}

/** True when a request leaves it to the marketplace which model answers. */
export function asksForAuto({ model, models }: Pick<ChatCompletionRequest, 'model' | 'models'>): boolean {
  return model === AUTO_MODEL || models?.includes(AUTO_MODEL) === true;
}

/**
 * The request with `q/auto` replaced by the models that were picked, which stay in their order. Throws why none was picked where it names
 * no other.
 */
export function withPicked(request: ChatCompletionRequest, picked: PickedModels | AppError): ChatCompletionRequest {
  const modelIds = picked instanceof AppError ? [] : picked.modelIds;
  const named = [request.model, ...(request.models ?? [])];
  const [model, ...models] = named.flatMap((id) => (id === AUTO_MODEL ? modelIds : [id]));
  if (model === undefined) throw picked instanceof AppError ? picked : nobodyServes();
  return { ...request, model, models, provider: request.provider && { ...request.provider, sort: null } };
}

/** A sentence as a header can carry it. */
function headerText(text: string): string {
  return text
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\x20-\x7e]/g, '?');
}

/** `auto` beside the fields of an answer: the task that was recognised and why this model was picked. */
export function autoOf(picked: PickedModels | undefined) {
  return picked === undefined ? {} : { auto: { task: picked.task, reason: picked.reason } };
}

/** Headers that say what was picked and why. */
export function autoHeaders(picked: PickedModels | undefined): Record<string, string> {
  if (picked === undefined) return {};
  return { 'x-auto-task': picked.task, 'x-auto-reason': headerText(picked.reason) };
}
