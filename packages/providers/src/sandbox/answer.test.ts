import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerer } from './answer.ts';
import type { SandboxKnowledge, SandboxModelFact } from './knowledge.ts';

function model(id: string, name: string, more: Partial<SandboxModelFact> = {}): SandboxModelFact {
  return {
    id,
    name,
    provider: 'Acme',
    status: 'active',
    successor: null,
    available: true,
    inputPricePerMillion: '1.00',
    outputPricePerMillion: '2.00',
    contextWindow: 128_000,
    capabilities: ['text'],
    description: `${name} for tests.`,
    ...more,
  };
}
const priced = (inputPricePerMillion: string, outputPricePerMillion: string) => ({
  inputPricePerMillion,
  outputPricePerMillion,
});

const MODELS: SandboxModelFact[] = [
  model('sandbox/guide', 'Sandbox Guide', { provider: 'Sandbox', ...priced('0.35', '1.40') }),
  model('acme/falke-5.5', 'Falke 5.5', {
    capabilities: ['text', 'code', 'vision', 'reasoning'],
    contextWindow: 1_000_000,
    ...priced('5.00', '30.00'),
  }),
  model('acme/falke-5.5-mini', 'Falke 5.5 mini', {
    capabilities: ['text', 'code', 'vision'],
    ...priced('0.15', '0.60'),
  }),
  model('acme/falke-4', 'Falke 4', { status: 'retired', successor: 'acme/falke-5', available: false }),
  model('acme/falke-5', 'Falke 5', { status: 'retired', successor: 'acme/falke-5.5', available: false }),
  model('acme/falke-5-mini', 'Falke 5 mini', { status: 'deprecated', successor: 'acme/falke-5.5-mini' }),
  model('orion/nebula-opus-2', 'Nebula Opus 2', {
    provider: 'Orion AI',
    capabilities: ['text', 'reasoning'],
    ...priced('15.00', '75.00'),
  }),
  model('orion/nebula-coder', 'Nebula Coder', {
    provider: 'Orion AI',
    capabilities: ['text', 'code'],
    ...priced('0.30', '0.90'),
  }),
  model('orion/nebula-free', 'Nebula Free', { provider: 'Orion AI', ...priced('0.00', '0.00') }),
  model('orion/nebula-embed', 'Nebula Embed', {
    provider: 'Orion AI',
    capabilities: ['embeddings'],
    contextWindow: 8_000,
    ...priced('0.02', '0.00'),
  }),
  model('pixel/brush-xl', 'Brush XL 1.0 (BRXL)', {
    provider: 'Pixel',
    capabilities: ['image_generation'],
    contextWindow: null,
    inputPricePerMillion: null,
    outputPricePerMillion: null,
    pricePerImage: '0.040000',
    available: false,
  }),
];

const KNOWLEDGE: SandboxKnowledge = {
  models: () => MODELS,
  docs: () => [
    { title: 'Getting an API key', text: 'Open **API keys**.', keywords: ['api key', 'key', 'schlüssel', 'clé'] },
    { title: 'What a call costs', text: 'Money is **held**.', keywords: ['billing', 'hold', 'charge', 'cost'] },
    { title: 'Topping up', text: 'Choose an amount.', keywords: ['top up', 'balance', 'guthaben', 'solde', 'saldo'] },
  ],
};

const answer = createAnswerer(KNOWLEDGE);
const ask = (question: string, earlier: string[] = []) => answer(question, earlier);

describe('what a model costs', () => {
  it.each([
    'What does Falke 5.5 cost?',
    'how much is falke-5.5',
    'price of acme/falke-5.5',
    'FALKE5.5 pricing',
    'Was kostet Falke 5.5?',
    'Combien coûte Falke 5.5 ?',
    '¿Cuánto cuesta Falke 5.5?',
    'how expensive is flake 5.5',
  ])('answers "%s"', (question) => {
    const { text, models } = ask(question);
    expect(text).toContain('$5.00 / $30.00 per million');
    expect(text).toContain('1,000 input and 500 output tokens costs **$0.02**');
    expect(models).toEqual(['acme/falke-5.5']);
  });

  it('works out the cost of the tokens that are named, to the last digit', () => {
    expect(ask('cost of 1 input and 1 output tokens on falke 5.5 mini').text).toContain('**$0.00000075**');
    expect(ask('falke 5.5: price of 12,000 input and 3k output tokens').text).toContain('**$0.15**');
    expect(ask('was kostet nebula opus 2 bei 1 million eingabe').text).toContain(
      '1,000,000 input and 500 output tokens costs **$15.0375**',
    );
  });

  it('says so where tokens are not what is sold', () => {
    expect(ask('price of BRXL').text).toContain('$0.04 an image');
    expect(ask('price of nebula embed').text).toContain('**$0.02 per million input tokens**');
    expect(ask('price of nebula free').text).toContain('costs **nothing**');
  });

  it('remembers which model was spoken of', () => {
    expect(ask('and what does it cost?', ['tell me about nebula opus 2']).models).toEqual(['orion/nebula-opus-2']);
  });

  it('always tells the price in force', () => {
    let price = '1.00';
    const changing = createAnswerer({ models: () => [model('a/b', 'Bravo 1', priced(price, '2.00'))], docs: () => [] });
    expect(changing('price of bravo 1', []).text).toContain('$1.00 / $2.00');
    price = '3.00';
    expect(changing('price of bravo 1', []).text).toContain('$3.00 / $2.00');
  });
});

describe('finding a model', () => {
  it.each<[string, string[]]>([
    ['Which model is good for coding?', ['orion/nebula-coder', 'acme/falke-5.5']],
    ['best LLM for programming in Python', ['orion/nebula-coder', 'acme/falke-5.5']],
    ['Welches Modell ist gut zum Programmieren?', ['orion/nebula-coder', 'acme/falke-5.5']],
    ['Quel modèle pour programmer ?', ['orion/nebula-coder', 'acme/falke-5.5']],
    ['¿Qué modelo me recomiendas para programar?', ['orion/nebula-coder', 'acme/falke-5.5']],
    ['which model can read screenshots', ['acme/falke-5.5-mini', 'acme/falke-5.5']],
    ['I need embeddings for semantic search', ['orion/nebula-embed']],
    ['generate an image of a cat', ['pixel/brush-xl']],
    ['recommend a reasoning model from Orion AI', ['orion/nebula-opus-2']],
    ['a model under 50 cents for coding', ['acme/falke-5.5-mini', 'orion/nebula-coder']],
  ])('answers "%s"', (question, models) => {
    expect(ask(question).models.toSorted()).toEqual(expect.arrayContaining(models.toSorted()));
    expect(ask(question).models).not.toContain('acme/falke-5');
    expect(ask(question).models).not.toContain('sandbox/guide');
  });

  it.each([
    'cheapest model',
    'what is the cheapest?',
    'günstigstes Modell',
    'le modèle le moins cher',
    'el modelo más barato',
  ])('lists the cheapest first for "%s"', (question) => {
    const { models } = ask(question);
    expect(models.slice(0, 3)).toEqual(['orion/nebula-free', 'acme/falke-5.5-mini', 'orion/nebula-coder']);
  });

  it('lists free ones', () => {
    expect(ask('are there free models?').models).toEqual(['orion/nebula-free']);
    expect(ask('kostenlose Modelle').models).toEqual(['orion/nebula-free']);
  });

  it('finds the longest context', () => {
    expect(ask('which model takes the longest documents, long context').models[0]).toBe('acme/falke-5.5');
    expect(ask('I have 600 pages to read').models).toEqual(['acme/falke-5.5']);
    expect(ask('a model with 2m tokens context').text).toContain('No model in the catalog fits all of that');
  });

  it('lists the models of a provider', () => {
    expect(ask('models of Orion AI').models).toHaveLength(4);
    expect(ask('what does orion offer').models).toHaveLength(4);
  });

  it('puts models side by side', () => {
    const { text, models } = ask('compare falke 5.5 with nebula opus 2 for 10k input and 1k output');
    expect(models).toEqual(['acme/falke-5.5', 'orion/nebula-opus-2']);
    expect(text).toContain('A call of 10,000 input and 1,000 output tokens: Falke 5.5 $0.08 · Nebula Opus 2 $0.225.');
  });

  it('offers the family when the name is not whole', () => {
    expect(ask('tell me about nebulla opus').models).toEqual(['orion/nebula-opus-2']);
    expect(ask('nebula').models).toHaveLength(3);
  });

  it('counts', () => {
    expect(ask('how many models are there?').text).toContain(
      '**11 models** of 4 providers; 2 of them are retired, and 8 can be called here now',
    );
  });

  it('answers whether a model can do something', () => {
    expect(ask('can falke 5.5 mini read images?').text).toMatch(/^Yes: Falke 5\.5 mini/);
    expect(ask('is nebula opus 2 good at coding?').text).toMatch(/^Not by its catalog entry/);
  });
});

describe('retired models', () => {
  it.each([
    'what replaced falke 4?',
    'falke 4',
    'is falke 4 still available?',
    'Nachfolger von Falke 4',
    'price of falke 4',
  ])('names the successor for "%s"', (question) => {
    const { text, models } = ask(question);
    expect(text).toContain('has been retired');
    expect(models[0]).toBe('acme/falke-5.5');
  });

  it('lists them', () => {
    expect(ask('which models are retired?').models).toEqual(['acme/falke-4', 'acme/falke-5']);
    expect(ask('which models are deprecated?').models).toEqual(['acme/falke-5-mini']);
  });
});

describe('the manual', () => {
  it.each([
    ['How do I get an API key?', 'Getting an API key'],
    ['Wie bekomme ich einen Schlüssel?', 'Getting an API key'],
    ['how am I charged?', 'What a call costs'],
    ['what is a hold', 'What a call costs'],
    ['Wie lade ich mein Guthaben auf?', 'Topping up'],
    ['comment recharger mon solde ?', 'Topping up'],
    ['how can I top-up?', 'Topping up'],
  ])('answers "%s"', (question, title) => {
    expect(ask(question).text).toContain(`**${title}**`);
  });
});

describe('everything else', () => {
  it.each([
    'hi',
    'Hallo!',
    'who are you?',
    'are you ChatGPT?',
    'what can you do?',
    'help',
    'What is the sandbox?',
    '',
    '你好',
  ])('introduces itself or says what it is for "%s"', (question) => {
    expect(ask(question).text).toMatch(/demonstration built into this marketplace/);
    expect(ask(question).text).toContain('What I can answer, for example');
  });

  it('says plainly that it cannot do a task, and which models could', () => {
    const { text, models } = ask('Write me a poem about the sea');
    expect(text).toMatch(/^I cannot do that: I am a demonstration/);
    expect(models.length).toBeGreaterThan(0);
  });

  it('closes every answer with what it is, in the language of the question', () => {
    expect(ask('which model is cheap?').text).toMatch(/not a language model\.\*$/);
    expect(ask('Welches Modell ist günstig?').text).toContain('kein Sprachmodell');
    expect(ask('Quel est le modèle le moins cher ?').text).toContain('non un modèle de langage');
    expect(ask('¿Cuál es el modelo más barato?').text).toContain('no un modelo de lenguaje');
  });

  it('never fails, never answers nothing, and answers the same every time', () => {
    const word = fc.constantFrom(
      'price',
      'cheap',
      'falke',
      '5.5',
      'nebula',
      'opus',
      'code',
      'image',
      'under',
      '$',
      '1',
      'k',
      'tokens',
      'input',
      'vs',
      'how',
      'ß',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (question) => {
          const first = ask(question);
          expect(first.text.length).toBeGreaterThan(100);
          expect(ask(question)).toEqual(first);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('keeps its form whatever a publisher calls a model', () => {
    const hostile = createAnswerer({
      models: () => [model('a/b', 'Evil | x |\n# Title', { description: 'a\n\n```\n<script>' })],
      docs: () => [],
    });
    const lines = hostile('which model is best?', []).text.split('\n');
    expect(lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').length)).toEqual([7, 7, 7]);
    expect(lines.some((line) => line.startsWith('# '))).toBe(false);
  });

  it('answers quickly for a catalog of 5,000 models and a hostile question', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => model(`p/m-${index}`, `Name${index} Large`));
    const ofMany = createAnswerer({ models: () => many, docs: () => [] });
    ofMany('hi', []);
    const started = performance.now();
    for (const question of ['which model?', 'a'.repeat(100_000), 'namr '.repeat(20_000), '1,000'.repeat(20_000)])
      ofMany(question, []);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
