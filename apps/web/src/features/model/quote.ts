import type { Model } from '@q/contract/models';
import { parseUsd } from '@q/contract/money';
import type { QuoteList } from '@q/contract/quote';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../lib/api-client.ts';
import { estimateCostNano, formatCost, formatCostNano, formatMostNano } from '../../lib/format.ts';
import { useSession } from '../../lib/session-store.ts';
import { countTokens } from '../chat/next-cost.ts';
import { toRequest } from './ask-model.ts';
import { t } from './strings.ts';

const REST_MS = 350;
/** How long an answer is taken to be where the server was not asked. */
const TYPICAL_ANSWER_TOKENS = 400;

/** A text once its typing has rested. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Output tokens a try may come to: those that think first need more to come to a word. */
export function tryTokens(model: Pick<Model, 'capabilities' | 'max_output'>): number {
  return Math.min(model.capabilities.includes('reasoning') ? 4_000 : 1_000, model.max_output ?? 1_000);
}

/** What a prompt would cost on each model, from the server's own count; undefined for visitors and until it answers. */
export function useQuotes(models: readonly string[], prompt: string, maxTokens: number): QuoteList | undefined {
  const userId = useSession(({ user }) => user?.id);
  const text = useRested(prompt.trim());
  const { data } = useQuery({
    queryKey: ['quote', userId, models, text, maxTokens],
    queryFn: ({ signal }) =>
      api<QuoteList>('/v1/quote', {
        method: 'POST',
        signal,
        body: { models, ...toRequest({ prompt: text, maxTokens }) },
      }),
    enabled: userId !== undefined && text !== '' && models.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  return text === '' ? undefined : data;
}

/** The price before: "≈ $0.0004, at most $0.0021". The server's figures where there are any, else an estimate from the price list. */
export function priceBefore(model: Model, prompt: string, quotes: QuoteList | undefined): string | null {
  const quote = quotes?.data.find((one) => one.model === model.id)?.quote;
  if (quote)
    return t('estimatedCost', {
      expected: formatCost(quote.expected_usd),
      maximum: formatMostNano(parseUsd(quote.maximum_usd) ?? 0n),
    });
  if (prompt.trim() === '' || !model.pricing) return null;
  const output = Math.min(TYPICAL_ANSWER_TOKENS, tryTokens(model));
  const nano = estimateCostNano({ input: countTokens(prompt), output }, model.pricing);
  return nano === null ? null : `≈ ${formatCostNano(nano)}`;
}
