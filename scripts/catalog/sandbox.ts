import type { HandProvider } from './hand-model.ts';

/** The built-in provider: it answers from this program, so that every path can be tried without a key. */
export const sandbox: HandProvider = {
  provider: { id: 'sandbox', name: 'Sandbox', docs_url: null },
  models: [
    {
      id: 'sandbox/guide',
      name: 'Sandbox Guide',
      description:
        'A demonstration built into this marketplace: it needs no provider key, answers simple questions about the product, and is priced so that metering and charging can be seen. It is not a language model.',
      version: '1',
      category: 'chat',
      context: 16_384,
      maxOutput: 2048,
      price: { unit: 'token', input: '0.35', output: '1.40' },
      sources: [{ name: 'this marketplace', asOf: '2026-11-21' }],
    },
  ],
};
