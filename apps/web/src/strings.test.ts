// @vitest-environment node
import { type ESTree, parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';

const SOURCES = import.meta.glob<string>(['./**/*.ts', './**/*.tsx', '!./**/*.test.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What is read out or shown of an element or of a component of these pages. */
const SAID = new Set([
  ...['aria-label', 'aria-valuetext', 'aria-description', 'aria-roledescription', 'title', 'placeholder', 'alt'],
  ...['label', 'hint', 'what', 'explanation', 'amountLabel', 'amountHint'],
]);

/** Names of fields and kinds in some places, in others words for people, which begin with a capital. */
const SAID_WITH_CAPITAL = new Set(['name', 'why', 'note']);

const isSaid = (name: string, text: string) => SAID.has(name) || (SAID_WITH_CAPITAL.has(name) && /^\p{Lu}/u.test(text));

/** Whatever stands as a sentence is meant for people. */
const isSentence = (text: string) => /^\p{Lu}\p{Ll}*[ ,].*[.!?…]$/su.test(text);

/** What is shown of its first argument. */
const SAYING = new Set(['toast', 'useTitle']);

/** The same in every language: names and units, what is typed as it stands, and what code samples ask. */
const SAME_EVERYWHERE = new Set([
  ...['Q', 'Q/', 's', 'cURL', 'Python', 'JavaScript', 'TypeScript'],
  'Say hello in one sentence.',
  ...['provider/model', 'usr_…', 'req_…', 'https://models.example.com/v1', '⌘⇧O'],
]);

/** The texts that an expression can come to be, as far as they stand in it; an inserted value is `{}`. */
function textsOf(node: ESTree.Node): string[] {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral':
      return [node.quasis.map((quasi) => quasi.value.cooked ?? '').join('{}'), ...node.expressions.flatMap(textsOf)];
    case 'ConditionalExpression':
      return [...textsOf(node.consequent), ...textsOf(node.alternate)];
    case 'LogicalExpression':
      return [...textsOf(node.left), ...textsOf(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? [...textsOf(node.left), ...textsOf(node.right)] : [];
    case 'ParenthesizedExpression':
      return textsOf(node.expression);
    default:
      return [];
  }
}

type AnyProperty = ESTree.ObjectProperty | ESTree.AssignmentTargetProperty | ESTree.BindingProperty;

/** The texts that stand in a file instead of in its feature's `strings.ts`. */
function strayTexts(path: string, source: string): string[] {
  const found: string[] = [];
  const readChildren = ({ children }: ESTree.JSXElement | ESTree.JSXFragment) => {
    for (const child of children) {
      if (child.type === 'JSXText') found.push(child.value.replace(/&\w+;/g, ''));
      if (child.type === 'JSXExpressionContainer') found.push(...textsOf(child.expression));
    }
  };
  const readAttribute = ({ name, value }: ESTree.JSXAttribute) => {
    if (name.type !== 'JSXIdentifier' || value === null) return;
    const texts = textsOf(value.type === 'JSXExpressionContainer' ? value.expression : value);
    found.push(...texts.filter((text) => isSaid(name.name, text)));
  };
  const readProperty = ({ key, value }: AnyProperty) => {
    if (key.type !== 'Identifier') return;
    // An object's `what` is a kind as often as it is words.
    const name = key.name === 'what' ? 'name' : key.name;
    found.push(...textsOf(value).filter((text) => isSaid(name, text)));
  };
  const readCall = ({ callee, arguments: [first] }: ESTree.CallExpression) => {
    if (callee.type !== 'Identifier' || !SAYING.has(callee.name) || !first) return;
    if (first.type !== 'SpreadElement') found.push(...textsOf(first));
  };
  const readSentence = (node: ESTree.Node) => {
    found.push(...textsOf(node).filter(isSentence));
  };
  new Visitor({
    JSXElement: readChildren,
    JSXFragment: readChildren,
    JSXAttribute: readAttribute,
    Property: readProperty,
    CallExpression: readCall,
    Literal: readSentence,
    TemplateLiteral: readSentence,
  }).visit(parseSync(path, source).program);
  const texts = [...new Set(found.map((text) => text.trim()))].filter((text) => /\p{L}/u.test(text));
  return texts.filter((text) => !SAME_EVERYWHERE.has(text)).map((text) => `${path}: ${text}`);
}

const isStrings = (path: string) => path.endsWith('strings.ts');
const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** The keys of a file of texts that no other file of its folder asks for. */
function unusedKeys(path: string, source: string): string[] {
  const users = Object.entries(SOURCES).filter(([other]) => other !== path && folderOf(other) === folderOf(path));
  const keys = [...source.matchAll(/^ {2}'?([\w.]+)'?:/gm)].map(([, key = '']) => key);
  return keys.filter((key) => !users.some(([, text]) => text.includes(`'${key}'`))).map((key) => `${path}: ${key}`);
}

describe('texts of the pages', () => {
  it('stand where they can be translated', () => {
    const others = Object.entries(SOURCES).filter(([path]) => !isStrings(path));
    expect(others.flatMap(([path, source]) => strayTexts(path, source))).toEqual([]);
  });

  it('are all shown somewhere', () => {
    const files = Object.entries(SOURCES).filter(([path]) => isStrings(path));
    expect(files.length).toBeGreaterThan(5);
    expect(files.flatMap(([path, source]) => unusedKeys(path, source))).toEqual([]);
  });

  it('are found where they stray', () => {
    const page = `export function A({ n }: { n: number }) {
      useTitle('Page');
      const why = fault('The rate could not be read, again.');
      toast(n > 1 ? \`\${n} things\` : t('one'));
      return <><p title="Hint" className="flex">Hello <b>{n === 1 ? 'one' : 'many'}</b></p>{t('fine')} · {'…'}</>;
    }`;
    expect(strayTexts('a.tsx', page).sort()).toEqual(
      ['Page', 'The rate could not be read, again.', '{} things', 'Hint', 'Hello', 'one', 'many']
        .map((text) => `a.tsx: ${text}`)
        .sort(),
    );
  });
});
