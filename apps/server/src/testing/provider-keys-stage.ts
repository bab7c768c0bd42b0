import { startFakeKeyProvider } from './fake-key-provider.ts';
import { startTestServer } from './test-app.ts';
import { signUpPerson, type TestPerson } from './test-person.ts';

/** Where own keys at providers are kept. */
export const PATH = '/api/v1/provider-keys';
/** The operator's own key for OpenAI. */
export const PLATFORM_KEY = 'platform-canary-5555';

let keys = 0;

/** A key that can be found again wherever it should not be; by its form alone nothing would know it for one and remove it. */
export function newKey(): string {
  keys += 1;
  return `own-canary-${keys}-0123456789abcdef-z${String(keys).padStart(3, '0')}`;
}

/** A whole server, all of whose providers are one fake on loopback, each under a path of its own. */
export async function startProviderKeysStage() {
  const fake = await startFakeKeyProvider();
  const server = await startTestServer({
    LOG_LEVEL: 'trace',
    OPENAI_API_KEY: PLATFORM_KEY,
    OPENAI_BASE_URL: `${fake.url}/openai/v1`,
    MISTRAL_BASE_URL: `${fake.url}/mistral/v1/`,
    HUGGINGFACE_BASE_URL: `${fake.url}/hf/v1?via=a`,
    ANTHROPIC_BASE_URL: `${fake.url}/anthropic`,
    GOOGLE_BASE_URL: `${fake.url}/google/v1beta`,
    COHERE_BASE_URL: `${fake.url}/cohere/v2`,
    STABILITY_BASE_URL: `${fake.url}/stability`,
  });
  return {
    fake,
    server,
    person: () => signUpPerson(server.url, 0),
    /** Stores a key as a person does, and answers it. */
    async store(who: TestPerson, key = newKey(), provider = 'openai'): Promise<string> {
      const answer = await who.ask('PUT', `${PATH}/${provider}`, { key });
      if (answer.status !== 200) throw new Error(`PUT answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return key;
    },
    async close(): Promise<void> {
      await server.close();
      await fake.close();
    },
  };
}

export type ProviderKeysStage = Awaited<ReturnType<typeof startProviderKeysStage>>;
