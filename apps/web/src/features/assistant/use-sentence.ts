import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from '../../components/toast-store.ts';
import { errorMessage } from '../../lib/api-client.ts';
import { addPhrase, type Limit, limitKey, limitPhrase, limitsOf, limitText } from './limits.ts';
import { answerQuery } from './queries.ts';
import { t } from './strings.ts';
import { takeOut } from './take-out.ts';

/** Puts back the wishes of `before` that went out of the sentence together with the one that was meant. */
function withLost(sentence: string, before: readonly Limit[], after: readonly Limit[]): string {
  const there = new Set(after.map(limitKey));
  return before.reduce((text, limit) => {
    const phrase = there.has(limitKey(limit)) ? null : limitPhrase(limit);
    return phrase === null ? text : addPhrase(text, phrase);
  }, sentence);
}

/** Changes of the limits in a sentence. */
export interface SentenceControl {
  /** The key of the limit that is being taken out, or null. */
  busy: string | null;
  remove: (limit: Limit) => void;
  /** Puts `next` in the place of `limit`, or at the end when there was none. */
  set: (next: Limit, instead?: Limit) => void;
}

/**
 * The sentence is the only place where wishes stand, so that what is seen is what is asked: a chip that goes takes its words along,
 * and a new one adds some. `onChange` gets the new sentence.
 */
export function useSentence(sentence: string, onChange: (sentence: string) => void): SentenceControl {
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);

  const read = async (text: string) => {
    const { answer } = await queryClient.fetchQuery({ ...answerQuery({ query: text, limit: 1 }), staleTime: 60_000 });
    return answer.analysis.requirements;
  };

  const without = async (limit: Limit): Promise<string | null> => {
    const left = await takeOut(sentence, limit, read);
    if (left === null) return null;
    const before = limitsOf(await read(sentence)).filter((other) => limitKey(other) !== limitKey(limit));
    return withLost(left, before, limitsOf(await read(left)));
  };

  const put = async (base: string, next: Limit | undefined): Promise<string> => {
    const phrase = next ? limitPhrase(next) : null;
    if (!next || phrase === null) return base;
    const changed = addPhrase(base, phrase);
    const understood = limitsOf(await read(changed)).map(limitKey);
    if (!understood.includes(limitKey(next))) toast(t('doesNotGoWith', { next: limitText(next) }));
    return changed;
  };

  const change = async (limit: Limit | undefined, next: Limit | undefined) => {
    setBusy(limit ? limitKey(limit) : 'new');
    try {
      const base = limit ? await without(limit) : sentence;
      if (base !== null) onChange(await put(base, next));
      else if (limit) toast(t('theWordsForCould', { limit: limitText(limit) }));
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
    } finally {
      setBusy(null);
    }
  };

  return {
    busy,
    remove: (limit) => void change(limit, undefined),
    set: (next, instead) => void change(instead, next),
  };
}
