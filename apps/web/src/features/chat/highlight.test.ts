import { describe, expect, it } from 'vitest';
import { highlight } from './highlight.ts';

describe('highlight', () => {
  it('changes nothing of the code', async () => {
    const code = 'const a = "x";\n\n// comment <b>\nexport { a };';
    const lines = await highlight(code, 'ts');
    expect(lines?.map((line) => line.map(({ text }) => text).join('')).join('\n')).toBe(code);
  });

  it('says what the tokens are', async () => {
    const [line] = (await highlight('const a = "x"; // why', 'typescript')) ?? [];
    const kinds = Object.fromEntries((line ?? []).map(({ text, kind }) => [text.trim(), kind]));
    expect(kinds['const']).toBe('keyword');
    expect(kinds['// why']).toBe('comment');
    expect(Object.values(kinds)).toContain('string-expression');
  });

  it('knows the usual short names', async () => {
    for (const name of ['py', 'sh', 'yml', 'C++', 'JSON']) expect(await highlight('x', name), name).not.toBeNull();
  });

  it('leaves unknown languages and very long code plain', async () => {
    expect(await highlight('x', 'brainfuck')).toBeNull();
    expect(await highlight('x', 'constructor')).toBeNull();
    expect(await highlight('x'.repeat(30_001), 'js')).toBeNull();
  });
});
