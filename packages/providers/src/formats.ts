// biome-ignore-all lint/performance/noBarrelFile: what is listed here is listed to be found by its name, and nothing else imports it.

// The formats that a provider of the operator's file may speak, by the name each has there. One line registers one: what is made from these
// lines is the table in format-table.ts.
export { createAnthropicProvider as anthropic } from './anthropic/provider.ts';
export { createCohereProvider as cohere } from './cohere/provider.ts';
export { createGoogleProvider as google } from './google/provider.ts';
export { createOllamaProvider as ollama } from './ollama/provider.ts';
export { createOpenAiCompatibleProvider as openai } from './openai-compatible/provider.ts';
