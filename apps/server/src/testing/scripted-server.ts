import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from './fake-upstream.ts';
import { refuseWrongBooks } from './right-books.ts';
import { startTestServer } from './test-app.ts';
import { signUpPerson, type TestPerson } from './test-person.ts';
import { answers } from './upstream-behaviours.ts';

/** A server whose OpenAI is scripted, and a person with a balance. */
export interface ScriptedServer {
  upstream: FakeUpstream;
  server: Awaited<ReturnType<typeof startTestServer>>;
  person: TestPerson;
}

/**
 * One such server for the tests of a file or group. Before each test the provider answers again and there is a new person; after each the
 * books have to be right. Its parts are there once the tests run.
 */
export function scriptedServer(): ScriptedServer {
  const stage = {} as ScriptedServer;
  beforeAll(async () => {
    stage.upstream = await createFakeUpstream();
    stage.server = await startTestServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: stage.upstream.url });
  });
  afterAll(async () => {
    await stage.server?.close();
    await stage.upstream?.close();
  });
  beforeEach(async () => {
    stage.upstream.script(answers());
    stage.upstream.requests.length = 0;
    stage.person = await signUpPerson(stage.server.url);
  });
  afterEach(() => refuseWrongBooks(stage.server.database));
  return stage;
}
