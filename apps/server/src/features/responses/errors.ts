import type { ErrorBody } from '@q/contract/errors';
import type { ErrorFormat } from '../../http/error-handler.ts';
import type { AppError } from '../../lib/app-error.ts';

/** Parameters that have another name in the Responses API than in the chat format. */
const PARAMS: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  response_format: 'text.format',
  logprobs: 'include',
};

/** The body of an error, with the parameter under the name it has in this format. */
export function toErrorBody(error: AppError, requestId: string): ErrorBody {
  const body = error.toBody(requestId);
  return { error: { ...body.error, param: error.paramIn(PARAMS) } };
}

/** How errors are written on `/v1/responses`: in the one shape of the API. */
export const responsesErrorFormat: ErrorFormat = (error, requestId) => ({
  status: error.status,
  body: toErrorBody(error, requestId),
});
