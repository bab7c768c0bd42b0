import type { HandModel, HandProvider } from './hand-model.ts';

/** Context windows and capabilities as the model library of Ollama lists them. */
const LIBRARY = { name: 'https://ollama.com/library', asOf: '2026-11-21' };
const LOCAL = { unit: 'token' as const, input: '0.00', output: '0.00' };

type LocalModel = Pick<HandModel, 'name' | 'description' | 'version' | 'released' | 'context'> & Partial<HandModel>;

function local(tag: string, model: LocalModel): HandModel {
  return { id: `ollama/${tag}`, category: 'chat', price: LOCAL, sources: [LIBRARY], ...model };
}

const models: HandModel[] = [
  local('llama3.3', {
    name: 'Llama 3.3 70B (local)',
    description: 'Meta’s Llama 3.3 on your own machine, for computers with much memory.',
    version: '3.3',
    released: '2024-12-06',
    context: 131_072,
    capabilities: ['code', 'tools'],
  }),
  local('llama3.2', {
    name: 'Llama 3.2 3B (local)',
    description: 'Small Llama that runs on an ordinary computer.',
    version: '3.2',
    released: '2024-09-25',
    context: 131_072,
    capabilities: ['tools'],
  }),
  local('llama3.1', {
    name: 'Llama 3.1 8B (local)',
    description: 'A good first local model: eight billion parameters with tool calls.',
    version: '3.1',
    released: '2024-07-23',
    context: 131_072,
    capabilities: ['tools'],
  }),
  local('llama2', {
    name: 'Llama 2 (local)',
    description: 'Meta’s Llama 2 of 2023, no longer hosted elsewhere, on your own machine.',
    version: '2',
    released: '2023-07-18',
    context: 4096,
  }),
  local('mistral', {
    name: 'Mistral 7B (local)',
    description: 'Mistral’s first open-weight model on your own machine.',
    version: '0.3',
    released: '2023-09-27',
    context: 32_768,
    capabilities: ['tools'],
  }),
  local('codellama', {
    name: 'Code Llama (local)',
    description: 'Llama 2 trained further on code, for completion and explanations.',
    version: '1',
    category: 'code',
    released: '2023-08-24',
    context: 16_384,
    capabilities: ['code'],
  }),
  local('falcon', {
    name: 'Falcon 7B (local)',
    description: 'Open-weight model of 2023 by the Technology Innovation Institute.',
    version: '1',
    released: '2023-05-25',
    context: 2048,
  }),
  local('falcon3', {
    name: 'Falcon 3 (local)',
    description: 'Newer Falcon, strong in science and mathematics for its size.',
    version: '3',
    released: '2024-12-17',
    context: 32_768,
    capabilities: ['code'],
  }),
  local('qwen3', {
    name: 'Qwen3 8B (local)',
    description: 'Open-weight Qwen with switchable thinking on your own machine.',
    version: '3',
    released: '2025-04-28',
    context: 40_960,
    capabilities: ['code', 'reasoning', 'tools'],
  }),
  local('gemma3', {
    name: 'Gemma 3 4B (local)',
    description: 'Google’s small open-weight model that also reads images.',
    version: '3',
    released: '2025-03-12',
    context: 131_072,
    input: ['text', 'image'],
  }),
  local('deepseek-r1', {
    name: 'DeepSeek R1 8B (local)',
    description: 'Distilled reasoning model that writes out its thinking.',
    version: '1',
    category: 'reasoning',
    released: '2025-05-28',
    context: 131_072,
    capabilities: ['code', 'reasoning', 'tools'],
  }),
  local('gpt-oss:20b', {
    name: 'gpt-oss 20B (local)',
    description: 'OpenAI’s smaller open-weight reasoning model on your own machine.',
    version: '20b',
    released: '2025-08-05',
    context: 131_072,
    capabilities: ['code', 'reasoning', 'tools'],
  }),
  local('nomic-embed-text', {
    name: 'Nomic Embed Text (local)',
    description: 'Text embeddings of 768 dimensions on your own machine.',
    version: '1.5',
    category: 'embedding',
    released: '2024-02-14',
    context: 2048,
  }),
];

/** Open-weight models on the operator's own machine: no charge. */
export const ollama: HandProvider = {
  provider: { id: 'ollama', name: 'Ollama (local)', docs_url: 'https://docs.ollama.com' },
  models,
};
