import type { LanguageRegistration } from 'shiki/core';

/** A piece of code and what it is: `keyword`, `string`, … or null for plain text. The kinds are styled in chat.css. */
export interface CodeToken {
  text: string;
  kind: string | null;
}

type Loader = () => Promise<{ default: LanguageRegistration[] }>;

/** One chunk per language, fetched when the first code of it appears. */
const LANGUAGES: Record<string, Loader> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  cpp: () => import('shiki/langs/cpp.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  docker: () => import('shiki/langs/docker.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  graphql: () => import('shiki/langs/graphql.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  jsx: () => import('shiki/langs/jsx.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  ruby: () => import('shiki/langs/ruby.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  swift: () => import('shiki/langs/swift.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  tsx: () => import('shiki/langs/tsx.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
};

const ALIASES: Record<string, string> = {
  'c++': 'cpp',
  'c#': 'csharp',
  cjs: 'javascript',
  cs: 'csharp',
  dockerfile: 'docker',
  golang: 'go',
  js: 'javascript',
  jsonc: 'json',
  kt: 'kotlin',
  md: 'markdown',
  mjs: 'javascript',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  ts: 'typescript',
  yml: 'yaml',
  zsh: 'bash',
};

/** Longer code is shown plain: colouring it would hold the page up. */
const LENGTH_MAX = 30_000;

function nameOf(language: string): string | null {
  const lower = language.toLowerCase();
  const name = ALIASES[lower] ?? lower;
  return Object.hasOwn(LANGUAGES, name) ? name : null;
}

async function createEngine() {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ]);
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: 'q', variablePrefix: '--tok-', fontStyle: false })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
}

let engine: ReturnType<typeof createEngine> | null = null;

/** The kind behind a theme colour: `var(--tok-token-keyword)` is `keyword`. Text in the theme's own colour has none. */
function kindOf(color: string | undefined): string | null {
  return /^var\(--tok-token-([a-z-]+)\)$/.exec(color ?? '')?.[1] ?? null;
}

/**
 * The lines of `code` cut into tokens, or null when the language is not known or the code is very long. The highlighter
 * and the language are fetched on first use. No HTML is made: the caller renders the tokens as text with class names.
 */
export async function highlight(code: string, language: string): Promise<CodeToken[][] | null> {
  const name = nameOf(language);
  if (name === null || code.length > LENGTH_MAX) return null;
  engine ??= createEngine();
  const highlighter = await engine;
  if (!highlighter.getLoadedLanguages().includes(name)) {
    const grammar = await LANGUAGES[name]?.();
    if (grammar) await highlighter.loadLanguage(grammar.default);
  }
  const { tokens } = highlighter.codeToTokens(code, { lang: name, theme: 'q' });
  return tokens.map((line) => line.map(({ content, color }) => ({ text: content, kind: kindOf(color) })));
}
