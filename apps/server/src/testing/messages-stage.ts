import { expect } from 'vitest';
import { type Behaviour, createFakeUpstream } from './fake-upstream.ts';
import { startTestServer } from './test-app.ts';
import { signUpPerson, type TestPerson } from './test-person.ts';
import { answers } from './upstream-behaviours.ts';
import { chunkEvent, DEFAULT_USAGE, DONE, finishEvent, sendsJson, streamsText, usageEvent } from './upstream-events.ts';

/** The path of Anthropic's messages. */
export const MESSAGES_PATH = '/anthropic/v1/messages';
/** A request of Anthropic's format to a model of the stage. */
export const MESSAGES_BODY = {
  model: 'openai/gpt-5.5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
};
/** A tool in Anthropic's format. */
export const WEATHER_TOOLS = [
  { name: 'weather', description: 'Tells it.', input_schema: { type: 'object' as const, properties: {} } },
];

export type MessagesStage = Awaited<ReturnType<typeof createMessagesStage>>;

/** A server with a scripted provider in OpenAI's format and one in Anthropic's, and a person who pays. */
export async function createMessagesStage() {
  const openai = await createFakeUpstream();
  const anthropic = await createFakeUpstream();
  const server = await startTestServer({
    OPENAI_API_KEY: 'sk-upstream',
    OPENAI_BASE_URL: openai.url,
    ANTHROPIC_API_KEY: 'sk-ant-upstream',
    ANTHROPIC_BASE_URL: anthropic.url,
  });
  let person: TestPerson;
  const ask: TestPerson['ask'] = (...request) => person.ask(...request);
  const balance = async () => (await ask('GET', '/api/v1/balance')).body;

  return {
    openai,
    anthropic,
    server,
    ask,
    /** To be called before each test: a new person, and a provider that answers. */
    async reset(usd = 5): Promise<void> {
      openai.script(answers());
      person = await signUpPerson(server.url, usd);
    },
    send: (more: object = {}, headers?: Record<string, string>) =>
      ask('POST', MESSAGES_PATH, { ...MESSAGES_BODY, ...more }, headers),
    count: (more: object = {}) => {
      const { model, messages } = MESSAGES_BODY;
      return ask('POST', `${MESSAGES_PATH}/count_tokens`, { model, messages, ...more });
    },
    token: () => person.token,
    /** A new API key of the person. */
    newKey: async (body: object = {}): Promise<string> =>
      (await ask('POST', '/api/v1/keys', { name: 'agent', ...body })).body.key,
    balance,
    spent: async (): Promise<string> => (await balance()).spent_usd,
    /** To be called after each test: the books are right. */
    async check(): Promise<void> {
      expect((await server.app.services.ledger.check()).ok).toBe(true);
    },
    async close(): Promise<void> {
      await server.close();
      await openai.close();
      await anthropic.close();
    },
  };
}

/** The events of a stream in Anthropic's format; each is sent under the name of its type. */
export function messageEventsOf(text: string) {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('event: '))
    .map((frame) => {
      const [name = '', data = ''] = frame.split('\n');
      const event = JSON.parse(data.slice('data: '.length));
      expect(name).toBe(`event: ${event.type}`);
      return event;
    });
}

/** The text that such events bring. */
export const messageTextOf = (events: ReturnType<typeof messageEventsOf>): string =>
  events.map((event) => event.delta?.text ?? '').join('');

const TWO_CALLS = ['a', 'b'].map((name, index) => ({
  id: `call_${name}`,
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify({ city: index === 0 ? 'Bern' : 'Rome' }) },
}));

const streamsTwoCalls = streamsText(
  TWO_CALLS.flatMap((call, index) => {
    const text = call.function.arguments;
    const pieces = index === 0 ? ['', text.slice(0, 8), text.slice(8)] : [text];
    return pieces.map((piece, at) => {
      const first = at === 0 ? { id: call.id, type: 'function' } : {};
      const named = at === 0 ? { name: call.function.name } : {};
      return chunkEvent({ tool_calls: [{ index, ...first, function: { ...named, arguments: piece } }] });
    });
  }).join('') +
    finishEvent('tool_calls') +
    usageEvent(DEFAULT_USAGE) +
    DONE,
);

const answersTwoCalls = sendsJson(
  200,
  JSON.stringify({
    choices: [
      { index: 0, message: { role: 'assistant', content: null, tool_calls: TWO_CALLS }, finish_reason: 'tool_calls' },
    ],
    usage: DEFAULT_USAGE,
  }),
);

/** An answer of OpenAI that calls a tool for two cities, streamed piece by piece if that was asked for. */
export const callsTwoTools: Behaviour = (exchange) =>
  exchange.isStream ? streamsTwoCalls(exchange) : answersTwoCalls(exchange);
