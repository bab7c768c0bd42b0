import { expect, test } from 'vitest';
import { createFakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';

const MODEL = 'openai/gpt-5.5';
const MESSAGES = [{ role: 'user', content: 'Hi' }];
/** Ways to ask for a whole answer that name no ceiling. */
const WAYS = [
  ['/v1/chat/completions', { model: MODEL, messages: MESSAGES }],
  ['/v1/responses', { model: MODEL, input: 'Hi' }],
  ['/ollama/api/chat', { model: MODEL, messages: MESSAGES, stream: false }],
] as const;

test('an answer says that money ended it, in its headers too', async () => {
  const upstream = await createFakeUpstream();
  const server = await startTestServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url });
  try {
    const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const buyer = async (usd: string) => {
      const person = await signUpPerson(server.url, 0);
      const given = { user_id: person.id, amount_usd: usd, reason: 'a little' };
      await askWith(server.url, body.access_token)('POST', '/api/v1/admin/adjustments', given);
      return person;
    };
    for (const [path, request] of WAYS) {
      const { ask } = await buyer('0.01');
      const told = async (finishReason: string) => {
        upstream.script(answers({ finishReason }));
        const { headers } = await ask('POST', path, request);
        return [headers.has('x-max-tokens-clamped'), headers.get('x-stopped-by')];
      };
      expect([path, await told('length'), await told('stop')]).toEqual([path, [true, 'balance'], [true, null]]);
      const { data } = (await ask('GET', '/api/v1/usage')).body;
      expect(data.map((row: { outcome: string }) => row.outcome)).toEqual(['completed', 'stopped_by_balance']);
    }
    const small = await buyer('0.01');
    upstream.script(answers({ finishReason: 'length' }));
    const streamed = await small.ask('POST', '/v1/chat/completions', { ...WAYS[0][1], stream: true });
    expect(streamed.body).toContain('"outcome":"stopped_by_balance"');
    upstream.script(answers({ pieces: Array.from({ length: 100 }, () => 'x'.repeat(400)), usage: null }));
    const { ask } = await buyer('0.1');
    const turn = await ask('POST', '/api/v1/chat', { model_id: MODEL, message: 'Hi' });
    expect([turn.status, turn.body.finish_reason, turn.headers.get('x-stopped-by')]).toEqual([
      200,
      'length',
      'balance',
    ]);
  } finally {
    await server.close();
    await upstream.close();
  }
});
