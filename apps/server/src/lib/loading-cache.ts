import type { Clock } from './clock.ts';

interface Options<V> {
  clock: Clock;
  /** How long a value found is believed, in milliseconds. */
  ttlMs: number;
  /** How long it is believed that there is nothing. */
  missTtlMs: number;
  /** Entries kept of each kind; the oldest goes first. Misses have their own room, so that guesses push out nothing of value. */
  entriesMax: number;
  /** Finds the value; null when there is none. */
  load(key: string): Promise<V | null>;
  /** What a key is remembered under, where it must not be kept in memory; itself when absent. No two keys may share a name. */
  nameOf?(key: string): string;
}

interface Entry<V> {
  value: V;
  until: number;
}

function remember<V>(entries: Map<string, V>, options: { key: string; value: V; max: number }): void {
  entries.delete(options.key);
  entries.set(options.key, options.value);
  if (entries.size <= options.max) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}

/**
 * A bounded cache in front of a slow look-up. Callers at the same moment share one look-up, and a look-up that was under way
 * when something was forgotten is not kept: it may have read what has just been changed.
 */
export function createLoadingCache<V>(options: Options<V>) {
  const found = new Map<string, Entry<V>>();
  const missing = new Map<string, number>();
  const loading = new Map<string, Promise<V | null>>();
  let generation = 0;

  function keep(key: string, value: V | null): void {
    const now = options.clock.elapsed();
    const max = options.entriesMax;
    if (value === null) remember(missing, { key, value: now + options.missTtlMs, max });
    else remember(found, { key, value: { value, until: now + options.ttlMs }, max });
  }

  const nameOf = (key: string): string => options.nameOf?.(key) ?? key;

  async function load(key: string, name: string): Promise<V | null> {
    const startedIn = generation;
    const value = await options.load(key);
    if (generation === startedIn) keep(name, value);
    return value;
  }

  function forgetAnswersUnderWay(): void {
    generation += 1;
    loading.clear();
  }

  return {
    /** The value of `key`, from memory or by a look-up; null when there is none. Rejects as the look-up does. */
    async get(key: string): Promise<V | null> {
      const now = options.clock.elapsed();
      const name = nameOf(key);
      const entry = found.get(name);
      if (entry && entry.until > now) return entry.value;
      if ((missing.get(name) ?? 0) > now) return null;
      const shared = loading.get(name);
      if (shared !== undefined) return shared;
      const answer = load(key, name).finally(() => {
        if (loading.get(name) === answer) loading.delete(name);
      });
      loading.set(name, answer);
      return answer;
    },
    /** The value of `key` if it is in memory and may still be believed. */
    peek(key: string): V | undefined {
      const entry = found.get(nameOf(key));
      return entry && entry.until > options.clock.elapsed() ? entry.value : undefined;
    },
    /** True while it is believed that `key` has no value. */
    isKnownMissing: (key: string): boolean => (missing.get(nameOf(key)) ?? 0) > options.clock.elapsed(),
    /** Forgets one key at once. */
    forget(key: string): void {
      forgetAnswersUnderWay();
      found.delete(nameOf(key));
      missing.delete(nameOf(key));
    },
    /** Forgets every value that `matches`, and all misses; walks the whole cache, so it is for rare events. */
    forgetWhere(matches: (value: V) => boolean): void {
      forgetAnswersUnderWay();
      missing.clear();
      for (const [key, entry] of found) if (matches(entry.value)) found.delete(key);
    },
    /** Entries in memory, found and missing. */
    size: (): number => found.size + missing.size,
  };
}
