import { expect } from 'vitest';
import { createFakeUpstream } from './fake-upstream.ts';
import { startTestServer } from './test-app.ts';
import { askWith, signUpPerson, type TestPerson } from './test-person.ts';
import { answers } from './upstream-behaviours.ts';

/** The model that a stage's scripted provider serves. */
export const STAGE_MODEL = 'openai/gpt-5.5';

/** A path on which a call is paid. */
export type PaidPath = '/v1/chat/completions' | '/api/v1/chat';

const BODIES = {
  '/v1/chat/completions': { model: STAGE_MODEL, messages: [{ role: 'user', content: 'Hello' }] },
  '/api/v1/chat': { model_id: STAGE_MODEL, message: 'Hello' },
};

export type PaidCallStage = Awaited<ReturnType<typeof createPaidCallStage>>;

/** Two servers on one database, a scripted provider, and a person who pays: what tests of repeated calls need. */
export async function createPaidCallStage() {
  const upstream = await createFakeUpstream();
  const first = await startTestServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url });
  const second = await first.second();
  let person: TestPerson;
  const ask: TestPerson['ask'] = (...request) => person.ask(...request);

  return {
    upstream,
    first,
    second,
    ask,
    person: () => person,
    /** To be called before each test: a new person, and a provider that answers. */
    async reset(usd = 5): Promise<void> {
      upstream.script(answers());
      person = await signUpPerson(first.url, usd);
    },
    /** Asks one of the servers as the person, or by one of their API keys, under an idempotency key. */
    post(path: PaidPath, key: string, more: object = {}, from: { url?: string; bearer?: string } = {}) {
      const askAs = askWith(from.url ?? first.url, from.bearer ?? person.token);
      return askAs('POST', path, { ...BODIES[path], ...more }, { 'idempotency-key': key });
    },
    /** The servers in turn. */
    inTurn: (index: number) => ({ url: index % 2 === 0 ? first.url : second.url }),
    /** How many calls the person was charged for. */
    charges: async (): Promise<number> => (await ask('GET', '/api/v1/transactions?kind=charge')).body.total,
    spent: async (): Promise<string> => (await ask('GET', '/api/v1/balance')).body.spent_usd,
    /** The id of the person's first call. */
    async callId(): Promise<string> {
      const [row] = await first.database.query<{ id: string }>(
        'SELECT id FROM holds WHERE user_id = $1 ORDER BY created_at LIMIT 1',
        [person.id],
      );
      return row?.id ?? 'none';
    },
    /** How many requests reach the provider while `work` runs. */
    async reached(work: () => Promise<unknown>): Promise<number> {
      const before = upstream.requests.length;
      await work();
      return upstream.requests.length - before;
    },
    /** To be called after each test: the books are right. */
    async check(): Promise<void> {
      const { invariants } = await first.app.services.ledger.check();
      expect(invariants.filter((invariant) => !invariant.ok)).toEqual([]);
    },
    async close(): Promise<void> {
      await first.close();
      await upstream.close();
    },
  };
}

/** The `data:` frames of a stream, parsed; `[DONE]` stays text. */
export function framesOf(text: string) {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => (frame === 'data: [DONE]' ? '[DONE]' : JSON.parse(frame.slice(6))));
}

/** The text that the chunks of a stream bring. */
export const textOf = (list: ReturnType<typeof framesOf>): string =>
  list.map((frame) => frame.choices?.[0]?.delta.content ?? '').join('');

/** An answer of 80,000 characters in pieces small enough for a hold to grow with them. */
export const LONG_PIECES = Array.from({ length: 160 }, () => 'x'.repeat(500));
