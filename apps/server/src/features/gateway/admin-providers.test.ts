import type { ProviderStateList } from '@q/contract/admin-providers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPaidCallStage, type PaidCallStage, STAGE_MODEL } from '../../testing/paid-call-stage.ts';
import { TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, type TestPerson } from '../../testing/test-person.ts';
import { answers, isBusy, refuses } from '../../testing/upstream-behaviours.ts';

const PATH = '/api/v1/admin/providers';
const CALL = { model: STAGE_MODEL, messages: [{ role: 'user', content: 'Hello' }] };
/** A call is tried again where its provider failed: fewer calls than failures open a circuit. */
const CALLS_THAT_FAIL = 5;

let stage: PaidCallStage;
let admin: TestPerson['ask'];
beforeAll(async () => {
  stage = await createPaidCallStage();
  await stage.reset();
  const { body } = await askWith(stage.first.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
  admin = askWith(stage.first.url, body.access_token);
});
afterAll(() => stage?.close());

async function stateOf(id: string) {
  const { data } = (await admin('GET', PATH)).body as ProviderStateList;
  return data.find((each) => each.id === id);
}

test('says which providers can be called, what is missing for the others, and nothing of their keys', async () => {
  expect(await stateOf('openai')).toEqual({
    id: 'openai',
    name: 'OpenAI',
    available: true,
    reason: null,
    models: expect.any(Number),
    keys: 1,
    keys_resting: 0,
    circuit: 'closed',
  });
  expect((await stateOf('openai'))?.models).toBeGreaterThan(10);
  expect(await stateOf('sandbox')).toMatchObject({ available: true, models: 1, keys: 0 });
  expect(await stateOf('mistral')).toMatchObject({ available: false, reason: 'set MISTRAL_API_KEY', models: 0 });
  expect(JSON.stringify((await admin('GET', PATH)).body)).not.toContain('sk-test');
});

test('is for administrators', async () => {
  expect((await stage.ask('GET', PATH)).status).toBe(403);
  expect((await askWith(stage.first.url, null)('GET', PATH)).status).toBe(401);
});

test('tells keys that rest and providers in trouble, until an answer comes again', async () => {
  stage.upstream.script(isBusy('60'));
  await stage.ask('POST', '/v1/chat/completions', CALL);
  expect(await stateOf('openai')).toMatchObject({ keys_resting: 1, circuit: 'closed' });
  stage.upstream.script(refuses(500));
  for (let call = 0; call < CALLS_THAT_FAIL; call += 1) await stage.ask('POST', '/v1/chat/completions', CALL);
  expect(await stateOf('openai')).toMatchObject({ available: true, circuit: 'open' });
  stage.upstream.script(answers());
  expect((await stage.ask('POST', '/v1/chat/completions', CALL)).status).toBe(200);
  expect(await stateOf('openai')).toMatchObject({ keys_resting: 0, circuit: 'closed' });
});
