import { createElement, Fragment, type ReactNode } from 'react';

/** The texts of one feature in one language, by key. */
type Catalogue = Readonly<Record<string, string>>;

/** The names in the braces of a text: `{amount}`, `{count, plural, …}`. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ?
      | (Inside extends `${infer Name},${string}` ? Name : Inside extends `${string} ${string}` ? never : Inside)
      | NamesIn<Rest>
  : never;

type Values<Text extends string, Value> = { [Name in NamesIn<Text> as Name extends '#' ? never : Name]: Value };

type Rest<Text extends string> = [NamesIn<Text>] extends [never] ? [] : [values: Values<Text, string | number>];

type LookUp<English extends Catalogue> = <Key extends keyof English & string>(
  key: Key,
  ...values: Rest<English[Key]>
) => string;

/** Looks a feature's text up in the language of the page and fills its braces. */
export interface Translate<English extends Catalogue> extends LookUp<English> {
  /** The same for a sentence with elements in it, such as a link: each name in braces is given what stands there. */
  nodes: <Key extends keyof English & string>(key: Key, values: Values<English[Key], ReactNode>) => ReactNode;
}

let locale = 'en';
let translations: Readonly<Record<string, Catalogue>> = {};

/**
 * Puts the pages into another language: `catalogues` has the texts of each feature by the feature's name. A text that is missing stays
 * English. Called before the first page is drawn.
 */
export function setLanguage(tag: string, catalogues: Readonly<Record<string, Catalogue>>): void {
  locale = tag;
  translations = catalogues;
}

/** `{count, plural, one {# key} other {# keys}}`: the part of ICU's message format that these pages need. */
const PLURAL = /\{(\w+), plural, ((?:\w+ \{[^{}]*\}\s*)+)\}/g;
const PLURAL_CASE = /(\w+) \{([^{}]*)\}/g;

function choosePlural(cases: string, count: number): string {
  const texts = Object.fromEntries([...cases.matchAll(PLURAL_CASE)].map(([, name = '', text = '']) => [name, text]));
  const text = texts[new Intl.PluralRules(locale).select(count)] ?? texts['other'] ?? '';
  return text.replaceAll('#', new Intl.NumberFormat(locale).format(count));
}

const fillPlurals = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replace(PLURAL, (_whole, name: string, cases: string) => choosePlural(cases, Number(values[name])));

/** Fills a text in ICU's message format with values; a name without a value stays as it is, so that the fault is seen. */
export function fillMessage(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return fillPlurals(text, values).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function fillNodes(text: string, values: Readonly<Record<string, ReactNode>>): ReactNode {
  // Split at the names, every second part is one of them.
  const parts = fillPlurals(text, values).split(/\{(\w+)\}/);
  const nodes = parts.map((part, index) => (index % 2 === 0 ? part : values[part]));
  return createElement(Fragment, null, ...nodes);
}

/**
 * The texts of a feature: `const t = messages('account', { 'keys.title': 'API keys' })`, then `t('keys.title')`, or
 * `t.nodes('terms', { link: <a …>…</a> })` where elements stand in the sentence.
 */
export function messages<const English extends Catalogue>(feature: string, english: English): Translate<English> {
  const find = (key: string) => translations[feature]?.[key] ?? english[key] ?? key;
  const t: LookUp<English> = (key, ...[values]) => fillMessage(find(key), values ?? {});
  return Object.assign(t, { nodes: (key: string, values: Record<string, ReactNode>) => fillNodes(find(key), values) });
}
