import type { ChatProvider } from '@q/providers/spec/chat-model';
import type { EmbeddingProvider } from '@q/providers/spec/embedding-model';
import type { ImageProvider } from '@q/providers/spec/image-model';

/** A provider as the marketplace runs it. */
export interface ProviderEntry {
  id: string;
  /** The name people know it by, as it stands in messages. */
  name: string;
  adapter: ChatProvider;
  /** Absent for a provider whose embeddings cannot be called here. */
  embeddings?: EmbeddingProvider;
  /** Absent for a provider whose images cannot be called here. */
  images?: ImageProvider;
  /** The platform's own keys; empty for a provider that needs none. */
  keys: readonly string[];
}

/** Which providers can be called, and why the others cannot. */
export interface ProviderStatus {
  id: string;
  name: string;
  available: boolean;
  /** What an operator has to do, when it is not available. */
  reason: string | null;
}

/** The providers that can be called, by id. Keys of a pool are taken in turn. */
export function createProviderRegistry(entries: readonly ProviderEntry[]) {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const turns = new Map<string, number>();
  return {
    get: (id: string): ProviderEntry | undefined => byId.get(id),
    /** The next key of the provider's pool; undefined when it needs none. */
    nextKey(entry: ProviderEntry): string | undefined {
      const turn = turns.get(entry.id) ?? 0;
      turns.set(entry.id, turn + 1);
      return entry.keys[turn % Math.max(1, entry.keys.length)];
    },
  };
}

export type ProviderRegistry = ReturnType<typeof createProviderRegistry>;
