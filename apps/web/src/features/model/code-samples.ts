import type { Model } from '@q/contract/models';

/** One language's way to call a model. */
export interface CodeSample {
  value: 'curl' | 'javascript' | 'python';
  label: string;
  /** What must be there first. */
  needs: string;
  code: string;
}

/** What the OpenAI SDKs call the endpoint, and the body of a first try. */
interface Call {
  path: string;
  /** `client.chat.completions.create` and so on, the same in JavaScript and Python. */
  method: string;
  fields: [name: string, json: string][];
  /** What to print of the answer, in each language. */
  answer: { javascript: string; python: string };
}

const HELLO = 'Say hello in one sentence.';

function chatCall(): Call {
  return {
    path: '/chat/completions',
    method: 'chat.completions.create',
    fields: [['messages', `[{"role": "user", "content": "${HELLO}"}]`]],
    answer: { javascript: 'answer.choices[0].message.content', python: 'answer.choices[0].message.content' },
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
      answer: { javascript: 'answer.data[0].embedding.length', python: 'len(answer.data[0].embedding)' },
    };
  }
  if (endpoint.endsWith('/images/generations')) {
    return {
      path: '/images/generations',
      method: 'images.generate',
      fields: [['prompt', '"A lighthouse in fog, pencil drawing"']],
      answer: { javascript: 'answer.data[0]', python: 'answer.data[0]' },
    };
  }
  if (endpoint.endsWith('/responses')) {
    return {
      path: '/responses',
      method: 'responses.create',
      fields: [['input', `"${HELLO}"`]],
      answer: { javascript: 'answer.output_text', python: 'answer.output_text' },
    };
  }
  return chatCall();
}

/** Ready-to-paste calls of a model through this marketplace. `origin` is where the marketplace is, without a slash at the end. */
export function codeSamples(model: Model, origin: string): CodeSample[] {
  const call = callOf(model);
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
      needs: 'any shell',
      code: `curl ${origin}/v1${call.path} \\
  -H "Authorization: Bearer $Q_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
${body}
  }'`,
    },
    {
      value: 'javascript',
      label: 'JavaScript',
      needs: 'npm install openai',
      code: `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: process.env.Q_API_KEY,
});

const answer = await client.${call.method}({
${properties}
});
console.log(${call.answer.javascript});`,
    },
    {
      value: 'python',
      label: 'Python',
      needs: 'pip install openai',
      code: `import os
from openai import OpenAI

client = OpenAI(
    base_url="${origin}/v1",
    api_key=os.environ["Q_API_KEY"],
)

answer = client.${call.method}(
${keywords}
)
print(${call.answer.python})`,
    },
  ];
}
