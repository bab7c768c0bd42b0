/** One way to use a key, ready to paste. */
export interface KeySample {
  value: string;
  label: string;
  code: string;
}

/**
 * First calls with a new key. `origin` is where the marketplace is, without a slash at the end. The key stands in the
 * environment and not in the program, so that the program can be kept.
 */
export function keySamples(key: string, model: string, origin: string): KeySample[] {
  const question = 'Say hello in one sentence.';
  return [
    {
      value: 'curl',
      label: 'cURL',
      code: `export Q_API_KEY="${key}"

curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $Q_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "${question}"}]}'`,
    },
    {
      value: 'python',
      label: 'Python',
      code: `# export Q_API_KEY="${key}"
import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["Q_API_KEY"])
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "${question}"}],
)
print(answer.choices[0].message.content)`,
    },
    {
      value: 'javascript',
      label: 'JavaScript',
      code: `// export Q_API_KEY="${key}"
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: process.env.Q_API_KEY });
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: '${question}' }],
});
console.log(answer.choices[0].message.content);`,
    },
  ];
}
