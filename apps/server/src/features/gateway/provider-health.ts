import type { ProviderError } from '@q/providers/spec/provider-error';
import type { Clock } from '../../lib/clock.ts';

/** How long a key rests after a 429 that names no time. */
const BUSY_KEY_RESTS_MS = 30_000;
/** How long a key rests that its provider refused. */
const REFUSED_KEY_RESTS_MS = 300_000;
const KEY_RESTS_MS_MAX = 600_000;
/** So many failures in a row open a provider's circuit. */
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 15_000;
const OPEN_MS_MAX = 120_000;
/** What the last measurement counts in the running averages. */
const SPEED_WEIGHT = 0.2;

/** A provider and its keys. */
interface KeyPool {
  id: string;
  keys: readonly string[];
  /** The order in which they are used; absent: one after the other. */
  turns?: readonly string[];
  healthId?: string;
}

/** By what name the failures of a provider are remembered. */
const healthIdOf = ({ id, healthId }: Pick<KeyPool, 'id' | 'healthId'>): string => healthId ?? id;

interface Circuit {
  failures: number;
  /** 0: closed. Past: one call may try. */
  openUntil: number;
  openMs: number;
  /** Until when that call is waited for: it may have gone elsewhere. */
  tryingUntil: number;
}

/** Running averages of one model at one provider. */
export interface Speed {
  ttftMs: number;
  tokensPerSecond: number;
}

/**
 * What this process knows of its providers: which keys rest, whose circuit is open, how fast they were. A circuit that is open moves its
 * provider behind the others; where there is no other it is tried all the same, so that being careful never turns a good answer away.
 */
export function createProviderHealth(clock: Clock) {
  const turns = new Map<string, number>();
  const restsUntil = new Map<string, number>();
  const circuits = new Map<string, Circuit>();
  const speeds = new Map<string, Speed>();

  const keyName = (entry: KeyPool, key: string) => `${healthIdOf(entry)} ${key}`;
  const readyAt = (entry: KeyPool, key: string) => restsUntil.get(keyName(entry, key)) ?? 0;

  function circuitOf(id: string): Circuit {
    let circuit = circuits.get(id);
    if (circuit === undefined) {
      circuit = { failures: 0, openUntil: 0, openMs: OPEN_MS, tryingUntil: 0 };
      circuits.set(id, circuit);
    }
    return circuit;
  }

  function rest(entry: KeyPool, key: string, ms: number): void {
    restsUntil.set(keyName(entry, key), clock.elapsed() + Math.min(ms, KEY_RESTS_MS_MAX));
  }

  function trip(circuit: Circuit): void {
    circuit.failures += 1;
    if (circuit.openUntil > 0) circuit.openMs = Math.min(circuit.openMs * 2, OPEN_MS_MAX);
    else if (circuit.failures < FAILURES_TO_OPEN) return;
    circuit.openUntil = clock.elapsed() + circuit.openMs;
    circuit.tryingUntil = 0;
  }

  return {
    /** The pool's next key in turn that does not rest; when all rest, the one that rests shortest; undefined when none is needed. */
    nextKey(entry: KeyPool): string | undefined {
      const turn = turns.get(healthIdOf(entry)) ?? 0;
      turns.set(healthIdOf(entry), turn + 1);
      const order = entry.turns ?? entry.keys;
      const now = clock.elapsed();
      for (let index = 0; index < order.length; index += 1) {
        const key = order[(turn + index) % order.length];
        if (key !== undefined && readyAt(entry, key) <= now) return key;
      }
      return [...entry.keys].sort((left, right) => readyAt(entry, left) - readyAt(entry, right))[0];
    },
    /** Whether a key of the pool can be used now. */
    hasReadyKey: (entry: KeyPool): boolean => entry.keys.some((key) => readyAt(entry, key) <= clock.elapsed()),
    /** How many keys of the pool rest now. */
    restingKeys: (entry: KeyPool): number => entry.keys.filter((key) => readyAt(entry, key) > clock.elapsed()).length,
    /** True while a provider is better left alone. The first who asks after its pause is told false: that call tries it. */
    isTroubled(entry: KeyPool): boolean {
      const circuit = circuits.get(healthIdOf(entry));
      if (circuit === undefined || circuit.openUntil === 0) return false;
      const now = clock.elapsed();
      if (now < Math.max(circuit.openUntil, circuit.tryingUntil)) return true;
      circuit.tryingUntil = now + circuit.openMs;
      return false;
    },
    /** True while a provider's circuit is open, for who only looks. */
    isOpen: (entry: KeyPool): boolean => (circuits.get(healthIdOf(entry))?.openUntil ?? 0) > 0,
    succeeded(entry: KeyPool, key: string | undefined): void {
      circuits.delete(healthIdOf(entry));
      if (key !== undefined) restsUntil.delete(keyName(entry, key));
    },
    /** Notes a failure: of the key, of the provider, or of neither when the request was at fault. */
    failed(entry: KeyPool, key: string | undefined, error: ProviderError): void {
      switch (error.kind) {
        case 'rate_limited':
          if (key !== undefined) rest(entry, key, error.retryAfterMs ?? BUSY_KEY_RESTS_MS);
          return;
        case 'auth':
          if (key !== undefined) rest(entry, key, REFUSED_KEY_RESTS_MS);
          return;
        case 'invalid_request':
          circuits.delete(healthIdOf(entry));
          return;
        case 'aborted':
          circuitOf(healthIdOf(entry)).tryingUntil = 0;
          return;
        default:
          trip(circuitOf(healthIdOf(entry)));
      }
    },
    /** Adds a measurement of one answer. */
    noteSpeed(entry: KeyPool, modelId: string, measured: Speed): void {
      const name = `${healthIdOf(entry)} ${modelId}`;
      const before = speeds.get(name) ?? measured;
      speeds.set(name, {
        ttftMs: before.ttftMs + SPEED_WEIGHT * (measured.ttftMs - before.ttftMs),
        tokensPerSecond: before.tokensPerSecond + SPEED_WEIGHT * (measured.tokensPerSecond - before.tokensPerSecond),
      });
    },
    /** Running averages; undefined before the first answer. */
    speedOf: (entry: KeyPool, modelId: string): Speed | undefined => speeds.get(`${healthIdOf(entry)} ${modelId}`),
  };
}

export type ProviderHealth = ReturnType<typeof createProviderHealth>;
