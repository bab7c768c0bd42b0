import type { UpstreamDispatcher } from '@q/providers/http/post-json';
import { createOpenAiCompatibleProvider } from '@q/providers/openai-compatible/provider';
import { COMPATIBLE_QUIRKS } from '@q/providers/openai-compatible/quirks';
import { createBeside } from './other-adapters.ts';
import type { ProviderEntry } from './providers.ts';

/** Addresses of users whose adapters are kept; they hold no connections of their own. */
const ADDRESSES_MAX = 500;

/** Where people's own keys come from. */
interface OwnKeys {
  /** Undefined when the person has none for the provider. Throws AppError `service_unavailable` for one that cannot be read. */
  forCall(userId: string, provider: string): Promise<{ apiKey: string; baseUrl: string | null } | undefined>;
  /** True where it is known without a query that the person has no keys at all. */
  hasNone(userId: string): boolean;
}

/** What a provider is spoken to by. */
type OwnAdapters = Pick<ProviderEntry, 'adapter' | 'responses' | 'embeddings' | 'images'>;

interface Deps {
  ownKeys: OwnKeys;
  /** A provider where this marketplace has it, whether or not it has keys of its own. */
  find(provider: string): (OwnAdapters & { name: string }) | undefined;
  /** Carries what goes to addresses of users: to the public internet only. */
  publicAgent: UpstreamDispatcher;
}

/** Providers as people reach them with keys of their own. */
export function createOwnProviders({ ownKeys, find, publicAgent }: Deps) {
  const elsewhere = new Map<string, OwnAdapters>();

  /** Adapters for a server that speaks OpenAI's format, at an address of a user. */
  function adaptersAt(id: string, baseUrl: string): OwnAdapters {
    const name = `${id} ${baseUrl}`;
    let adapters = elsewhere.get(name);
    if (adapters === undefined) {
      const there = { id, baseUrl, dispatcher: publicAgent };
      const adapter = createOpenAiCompatibleProvider({ ...there, quirks: COMPATIBLE_QUIRKS });
      adapters = { adapter, ...createBeside(there) };
      const [oldest] = elsewhere.keys();
      if (elsewhere.size >= ADDRESSES_MAX && oldest !== undefined) elsewhere.delete(oldest);
      elsewhere.set(name, adapters);
    }
    return adapters;
  }

  return {
    /** True where it is known without a query that `entryFor` finds nothing for a person. */
    hasNone: (userId: string): boolean => ownKeys.hasNone(userId),
    /** A provider with the person's own key; undefined when they have none. */
    async entryFor(userId: string, provider: string): Promise<ProviderEntry | undefined> {
      const platform = find(provider);
      const own = platform && (await ownKeys.forCall(userId, provider));
      if (!own) return undefined;
      const { apiKey, baseUrl } = own;
      const { adapter, responses, embeddings, images } = baseUrl === null ? platform : adaptersAt(provider, baseUrl);
      const beside = {
        ...(responses ? { responses } : {}),
        ...(embeddings ? { embeddings } : {}),
        ...(images ? { images } : {}),
      };
      const entry = { id: provider, name: platform.name, adapter, ...beside, keys: [apiKey], isOwn: true };
      // What goes wrong at an address of a user says nothing of the provider.
      return baseUrl === null ? entry : { ...entry, healthId: `${provider} ${baseUrl}` };
    },
  };
}

export type OwnProviders = ReturnType<typeof createOwnProviders>;
