import type { SignedReceiptBody } from '@q/contract/receipts';
import { ApiError, api, apiResponse } from '../../lib/api-client.ts';
import { readEventStream } from '../../lib/event-stream.ts';
import { t } from './strings.ts';

/** A question without a chat around it: nothing of it is kept. */
export interface Question {
  model: string;
  prompt: string;
  /** Output tokens at most, so that the price has an upper end. */
  maxTokens: number;
}

/** What a question came to. */
export interface AskEnd {
  costUsd: string;
  /** Null when only the receipt told the cost, which knows no balance. */
  balanceUsd: string | null;
  inputTokens: number;
  outputTokens: number;
  provider: string;
  /** The call's id, under which its receipt stands. */
  callId: string | null;
  /** True when the answer ended because no more tokens were allowed. */
  cutOff: boolean;
  /** Milliseconds until the first word, and until the end, as this page saw them. */
  firstMs: number | null;
  totalMs: number;
}

/** The parts of a chunk this page reads. */
interface Chunk {
  provider?: string;
  choices?: { delta?: { content?: string | null; reasoning_content?: string }; finish_reason?: string | null }[];
  error?: { message?: string; code?: string } | null;
  usage?: { prompt_tokens: number; completion_tokens: number; cost_usd: string; balance_usd: string } | null;
}

/** The messages of a question as the API takes them. */
export function toRequest({ prompt, maxTokens }: Omit<Question, 'model'>) {
  return { messages: [{ role: 'user', content: prompt }], max_tokens: maxTokens };
}

/** Who hears the answer while it comes. */
export interface AskListener {
  onText: (piece: string) => void;
  /** The model thinks before it speaks. */
  onReasoning: () => void;
}

function readChunk(data: string): Chunk | null {
  try {
    return JSON.parse(data) as Chunk;
  } catch {
    return null;
  }
}

const BROKEN_OFF = t('theAnswerBrokeOff');

/** Collects what the chunks of one answer say. */
function createReading(startedAt: number, listener: AskListener) {
  let firstMs: number | null = null;
  let provider = '';
  let finish: string | null = null;
  let usage: Chunk['usage'] = null;
  return {
    take(chunk: Chunk): void {
      provider = chunk.provider ?? provider;
      usage = chunk.usage ?? usage;
      const choice = chunk.choices?.[0];
      finish = choice?.finish_reason ?? finish;
      const { content, reasoning_content } = choice?.delta ?? {};
      if (content || reasoning_content) firstMs ??= performance.now() - startedAt;
      if (content) listener.onText(content);
      else if (reasoning_content) listener.onReasoning();
      if (chunk.error)
        throw new ApiError(chunk.error.message ?? BROKEN_OFF, {
          code: chunk.error.code ?? 'upstream_error',
          status: 502,
        });
    },
    end(callId: string | null): AskEnd {
      if (!usage) throw new ApiError(BROKEN_OFF, { code: 'connection_lost', status: 0 });
      return {
        costUsd: usage.cost_usd,
        balanceUsd: usage.balance_usd,
        inputTokens: usage.prompt_tokens,
        outputTokens: usage.completion_tokens,
        provider,
        callId,
        cutOff: finish === 'length',
        firstMs,
        totalMs: performance.now() - startedAt,
      };
    },
  };
}

/**
 * Asks a model once and tells the answer as it comes. Throws ApiError: refused, broken off, or an error of the provider. Aborting
 * rejects with the signal's reason; `receiptOf` then tells what the delivered part cost.
 */
export async function askModel(
  question: Question,
  listener: AskListener & { onCall: (callId: string | null) => void; signal: AbortSignal },
): Promise<AskEnd> {
  const startedAt = performance.now();
  const response = await apiResponse('/v1/chat/completions', {
    method: 'POST',
    body: { model: question.model, stream: true, ...toRequest(question) },
    headers: { accept: 'text/event-stream' },
    signal: listener.signal,
  });
  const callId = response.headers.get('x-request-id');
  listener.onCall(callId);
  const reading = createReading(startedAt, listener);
  if (response.body) {
    for await (const data of readEventStream(response.body)) {
      const chunk = data === '[DONE]' ? null : readChunk(data);
      if (chunk) reading.take(chunk);
    }
  }
  return reading.end(callId);
}

/** How long a stopped call may take to be settled, and how often it is asked for. */
const RECEIPT_TRIES = 6;
const RECEIPT_PAUSE_MS = 400;

/** What a stopped call cost, once it is settled; null when it cannot be found out. */
export async function costOfStopped(callId: string | null): Promise<string | null> {
  for (let tries = 0; callId !== null && tries < RECEIPT_TRIES; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, RECEIPT_PAUSE_MS));
    try {
      const { receipt } = await api<SignedReceiptBody>(`/api/v1/receipts/${encodeURIComponent(callId)}`);
      return receipt.charged_usd;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) return null;
    }
  }
  return null;
}
