import type { Model } from '@q/contract/models';
import { t } from './strings.ts';

/** One language's way to call a model. */
export interface CodeSample {
  value: 'curl' | 'python' | 'typescript';
  label: string;
  /** What must be there first. */
  needs: string;
  code: string;
}

/** What the OpenAI SDKs call the endpoint, and the body of a first try. */
interface Call {
  path: string;
  /** `client.chat.completions.create` and so on, the same in TypeScript and Python. */
  method: string;
  fields: [name: string, json: string][];
  /** What to print of the answer, in each language. */
  answer: { typescript: string; python: string };
}

const HELLO = 'Say hello in one sentence.';

function chatCall(): Call {
  return {
    path: '/chat/completions',
    method: 'chat.completions.create',
    fields: [['messages', `[{"role": "user", "content": "${HELLO}"}]`]],
    answer: { typescript: 'answer.choices[0].message.content', python: 'answer.choices[0].message.content' },
  };
}

/** The call for a model's own endpoint, as `api_spec` names it. */
function callOf(model: Model): Call {
  const { endpoint } = model.api_spec.input;
  if (endpoint.endsWith('/embeddings')) {
    return {
      path: '/embeddings',
      method: 'embeddings.create',
      fields: [['input', '"A sentence to compare."']],
      answer: { typescript: 'answer.data[0].embedding.length', python: 'len(answer.data[0].embedding)' },
    };
  }
  if (endpoint.endsWith('/images/generations')) {
    return {
      path: '/images/generations',
      method: 'images.generate',
      fields: [['prompt', '"A lighthouse in fog, pencil drawing"']],
      answer: { typescript: 'answer.data[0]', python: 'answer.data[0]' },
    };
  }
  if (endpoint.endsWith('/responses')) {
    return {
      path: '/responses',
      method: 'responses.create',
      fields: [['input', `"${HELLO}"`]],
      answer: { typescript: 'answer.output_text', python: 'answer.output_text' },
    };
  }
  return chatCall();
}

/** What a key is made of: nothing that could end a string of any language. */
const KEY = /^[A-Za-z0-9_-]+$/;

/**
 * Ready-to-paste calls of a model through this marketplace. `origin` is where the marketplace is, without a slash at the end. The key
 * comes from the environment unless `key` is given.
 */
export function codeSamples(model: Model, origin: string, key?: string): CodeSample[] {
  const call = callOf(model);
  const literal = key !== undefined && KEY.test(key) ? key : null;
  const fields: [string, string][] = [['model', `"${model.id}"`], ...call.fields];
  const body = fields.map(([name, json]) => `    "${name}": ${json}`).join(',\n');
  const keywords = fields.map(([name, json]) => `    ${name}=${json},`).join('\n');
  const properties = fields
    .map(([name, json]) => `  ${name}: ${json.replace(/"(\w+)": /g, '$1: ').replaceAll('"', "'")},`)
    .join('\n');
  return [
    {
      value: 'curl',
      label: 'cURL',
      needs: t('anyShell'),
      code: `curl ${origin}/v1${call.path} \\
  -H "Authorization: Bearer ${literal ?? '$Q_API_KEY'}" \\
  -H "Content-Type: application/json" \\
  -d '{
${body}
  }'`,
    },
    {
      value: 'python',
      label: 'Python',
      needs: 'pip install openai',
      code: `${literal === null ? 'import os\n' : ''}from openai import OpenAI

client = OpenAI(
    base_url="${origin}/v1",
    api_key=${literal === null ? 'os.environ["Q_API_KEY"]' : `"${literal}"`},
)

answer = client.${call.method}(
${keywords}
)
print(${call.answer.python})`,
    },
    {
      value: 'typescript',
      label: 'TypeScript',
      needs: 'npm install openai',
      code: `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: ${literal === null ? 'process.env.Q_API_KEY' : `'${literal}'`},
});

const answer = await client.${call.method}({
${properties}
});
console.log(${call.answer.typescript});`,
    },
  ];
}
