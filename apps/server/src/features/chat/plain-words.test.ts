import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainWords } from './plain-words.ts';

describe('the plain words of a Markdown text', () => {
  test.each([
    ['**Bold** and *slanted*, ~~struck~~ and __strong__', 'Bold and slanted, struck and strong'],
    ['## How it works', 'How it works'],
    ['> quoted', 'quoted'],
    ['- [x] done', 'done'],
    ['1. first', '1. first'],
    ['See [the docs](https://example.com/a_b) and ![a boat](x.png)', 'See the docs and a boat'],
    ['Call `a_b(**c)` of snake_case, 2 * 3 ** 4', 'Call a_b(**c) of snake_case, 2 * 3 ** 4'],
    ['| Model | Price |', 'Model Price'],
    ['***', ''],
    ['**“So”**: (_yes_)', '“So”: (yes)'],
    ['a \\* b', 'a * b'],
  ])('%j reads %j', (markdown, words) => {
    expect(plainWords(markdown).replace(/\s+/g, ' ').trim()).toBe(words);
  });

  test('keep the code of a fence, and not its marks', () => {
    expect(plainWords('Run\n```ts\nconst a_b = 2 ** 3; # no heading\n```\n**now**').split('\n')).toEqual([
      'Run',
      '',
      'const a_b = 2 ** 3; # no heading',
      '',
      'now',
    ]);
  });

  test('are all there where a text has no marks', () => {
    const plain = fc.stringMatching(/^[a-zé0-9 ,.?:]*$/);
    fc.assert(fc.property(plain, (text) => plainWords(text).trim() === text.trim()));
  });

  test('are found in the time the length of a text takes, whatever stands in it', () => {
    const begun = performance.now();
    for (const text of ['[', '*', '_', '`', '> ', '- ', '![a](', '| ', '\\'])
      plainWords(text.repeat(200_000 / text.length));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
