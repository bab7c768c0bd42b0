import { createFakeUpstream } from './fake-upstream.ts';
import { startTestServer } from './test-app.ts';

/** A server with OpenAI and Mistral, each of them a fake, so that one can take the other's place. */
export async function startTwoProviders() {
  const [openai, mistral] = await Promise.all([createFakeUpstream(), createFakeUpstream()]);
  const server = await startTestServer({
    OPENAI_API_KEY: 'sk-openai-0123456789',
    OPENAI_BASE_URL: openai.url,
    MISTRAL_API_KEY: 'sk-mistral-0123456789',
    MISTRAL_BASE_URL: mistral.url,
  });
  return {
    openai,
    mistral,
    server,
    async close(): Promise<void> {
      await server.close();
      await Promise.all([openai.close(), mistral.close()]);
    },
  };
}
