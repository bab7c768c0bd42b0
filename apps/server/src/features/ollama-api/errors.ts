import type { OllamaError } from '@q/contract/ollama-api';
import type { ErrorFormat } from '../../http/error-handler.ts';
import type { AppError } from '../../lib/app-error.ts';

/** Parameters that have another name in Ollama's format. */
const PARAMS: Readonly<Record<string, string>> = {
  max_tokens: 'options.num_predict',
  temperature: 'options.temperature',
  top_p: 'options.top_p',
  frequency_penalty: 'options.frequency_penalty',
  presence_penalty: 'options.presence_penalty',
  seed: 'options.seed',
  stop: 'options.stop',
  reasoning_effort: 'think',
  response_format: 'format',
};

/** An error as the body of an answer or the last line of a stream, in Ollama's shape. The message begins with the parameter at fault. */
export function toOllamaError(error: AppError, requestId: string): OllamaError {
  const param = error.paramIn(PARAMS);
  const isNamed = param === null || error.message.startsWith(`${param}:`);
  const message = isNamed ? error.message : `${param}: ${error.message}`;
  return { ...error.extra, error: message, code: error.code, param, request_id: requestId };
}

/** How errors are written under `/ollama`. */
export const ollamaErrorFormat: ErrorFormat = (error, requestId) => ({
  status: error.status,
  body: toOllamaError(error, requestId),
});
