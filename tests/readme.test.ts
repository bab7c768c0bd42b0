import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { type Buyer, type Product, removeData, signUp, startProduct } from './product.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');
const ADDRESS = 'http://127.0.0.1:3000';

let product: Product;
let buyer: Buyer;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
  product = await startProduct({ DATABASE_URL: database.url });
  buyer = await signUp(product.url, 5);
});
afterAll(async () => {
  await product?.stop();
  await database?.drop();
  if (product) removeData(product);
});

/** The one code block of the README in `language` that contains `text`, pointed at the server of this test. */
function block(language: string, text: string): string {
  const blocks = [...README.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(
    (match) => match[1] === language && match[2]?.includes(text),
  );
  expect(blocks).toHaveLength(1);
  return (blocks[0]?.[2] ?? '').replaceAll(ADDRESS, product.url);
}

const environment = () => ({ ...process.env, Q_API_KEY: buyer.apiKey });

describe('what the README says', () => {
  test('the curl example gets an answer with its cost', async () => {
    const { stdout } = await run('bash', ['-c', block('sh', 'chat/completions')], { env: environment() });
    const answer = JSON.parse(stdout) as { choices: { message: { content: string } }[]; usage: { cost_usd: string } };
    expect(answer.choices[0]?.message.content).toBeTruthy();
    expect(answer.usage.cost_usd).toMatch(/^0\.000\d{6}$/);
  });

  test('the OpenAI example streams an answer and prints cost and balance', async () => {
    const file = `${ROOT}tests/readme-example-${process.pid}.mjs`;
    writeFileSync(file, block('js', 'new OpenAI'));
    try {
      const { stdout } = await run(process.execPath, [file], { env: environment() });
      expect(stdout).toMatch(/\ncost \$0\.000\d{6}, balance \$4\.99\d{7}\n$/);
    } finally {
      rmSync(file);
    }
  });

  test('names the two commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };
    for (const command of README.matchAll(/^npm (?:run )?([a-z:]+)/gm))
      expect(Object.keys(scripts)).toContain(command[1]);
    expect(README).toContain('npm start');
    expect(README).toContain('npm test');
  });

  test('every document it points at is there', () => {
    for (const link of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() =>
        readFileSync(`${ROOT}${link[1]}`.replace(/decisions$/, 'decisions/2026-11-21-money.md')),
      ).not.toThrow();
  });
});
