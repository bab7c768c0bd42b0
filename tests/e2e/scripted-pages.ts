import { afterAll, beforeAll } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../apps/server/src/testing/fake-upstream.ts';
import { type Pages, startPages } from './browser.ts';

/** The pages of a server whose OpenAI is scripted; the sandbox is there as well. */
export interface ScriptedPages {
  upstream: FakeUpstream;
  pages: Pages;
}

/** Starts them before the tests of a file and ends them after; its parts are there once the tests run. */
export function scriptedPages(): ScriptedPages {
  const stage = {} as ScriptedPages;
  beforeAll(async () => {
    stage.upstream = await createFakeUpstream();
    stage.pages = await startPages({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: stage.upstream.url });
  }, 120_000);
  afterAll(async () => {
    await stage.pages?.close();
    await stage.upstream?.close();
  });
  return stage;
}
