import { fold, lex, type Token } from './lexer.ts';

/**
 * Phrases of one meaning by language ("any" where the spelling is the same everywhere), parted by commas. In a phrase
 * `(a|b)` is a choice, `[a]` and `(a)?` may be missing, `stem~` is any word that begins so, `~end` one that
 * ends so, `#` any number, `..` up to three
 * words of the same clause (eight characters of Chinese), `<` and `>` the begin and the end of a clause. Chinese, Japanese
 * and Korean need no spaces.
 */
export type Phrases = Readonly<Record<string, string>>;

/** A phrase found: what it means, and the tokens it covers (`end` is one past the last). */
export type Mark = { tag: string; value: string; start: number; end: number };

type Output = { tag: string; value: string; language: string };
type Node = {
  words: Map<string, Node> | null;
  stems: Map<string, Node> | null;
  stemLengths: readonly number[];
  endings: Map<string, Node> | null;
  endingLengths: readonly number[];
  number: Node | null;
  gap: Node | null;
  /** Where a choice ends: the rest of its phrase, which all its branches share. */
  rest: readonly Node[];
  finish: readonly Output[];
  output: readonly Output[];
  state: State | null;
};
/** The language of a sentence and whether it is sure. */
type Tongue = { language: string; sure: boolean };
type Emit = (outputs: readonly Output[], end: number) => void;

const GAP = 3;
const CJK_GAP = 8;
/** Languages whose words cannot be mistaken for those of another; the others count only in sentences of their own. */
const SAFE: ReadonlySet<string> = new Set(['any', 'en', 'ko', 'ru', 'ar', 'hi']);

/** Of the forty thousand nodes hardly any has more than one list with something in it: the empty ones are one. */
const NONE: readonly never[] = [];

function node(): Node {
  return {
    words: null,
    stems: null,
    stemLengths: NONE,
    endings: null,
    endingLengths: NONE,
    number: null,
    gap: null,
    rest: NONE,
    finish: NONE,
    output: NONE,
    state: null,
  };
}

/** The group that opens at `open`: its choices, and where the text goes on behind it. */
function group(phrase: string, open: number): { choices: string[]; end: number } {
  const choices: string[] = [];
  let depth = 0;
  let from = open + 1;
  let at = open;
  for (; at < phrase.length; at += 1) {
    const letter = phrase[at] as string;
    if (letter === '(' || letter === '[') depth += 1;
    if (letter === ')' || letter === ']') depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && letter === '|') {
      choices.push(phrase.slice(from, at));
      from = at + 1;
    }
  }
  choices.push(phrase.slice(from, at));
  const doubtful = phrase[at + 1] === '?';
  if (phrase[open] === '[' || doubtful) choices.push('');
  return { choices, end: at + (doubtful ? 2 : 1) };
}

/** Every phrase that `(a|b)` and `[a]` stand for. */
export function expand(phrase: string): string[] {
  const open = phrase.search(/[([]/);
  if (open < 0) return [phrase];
  const { choices, end } = group(phrase, open);
  const tails = expand(phrase.slice(end));
  return choices.flatMap(expand).flatMap((choice) => tails.map((tail) => phrase.slice(0, open) + choice + tail));
}

/** Cuts at the given marks where they stand outside every group. */
function cut(text: string, mark: RegExp): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (letter === '(' || letter === '[') depth += 1;
    if (letter === ')' || letter === ']') depth -= 1;
    if (depth > 0 || !mark.test(letter)) continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function follow(children: Map<string, Node>, key: string): Node {
  let next = children.get(key);
  if (next === undefined) {
    next = node();
    children.set(key, next);
  }
  return next;
}

function step(from: Node, piece: string, language: string): Node {
  if (piece === '#') {
    from.number ??= node();
    return from.number;
  }
  if (piece === '..') {
    from.gap ??= node();
    return from.gap;
  }
  if (piece.startsWith('~')) {
    const ending = fold(piece.slice(1));
    if (!from.endingLengths.includes(ending.length)) from.endingLengths = [...from.endingLengths, ending.length];
    from.endings ??= new Map();
    return follow(from.endings, ending);
  }
  if (piece.endsWith('~')) {
    const tokens = lex(piece.slice(0, -1), 'none');
    const stem = tokens.pop()?.text ?? '';
    const last = tokens.reduce((at, token) => {
      at.words ??= new Map();
      return follow(at.words, token.text);
    }, from);
    if (!last.stemLengths.includes(stem.length)) last.stemLengths = [...last.stemLengths, stem.length];
    last.stems ??= new Map();
    return follow(last.stems, stem);
  }
  return lex(piece, language).reduce((at, token) => {
    at.words ??= new Map();
    return follow(at.words, token.text);
  }, from);
}

function choose(from: Node, choices: readonly string[], language: string): Node {
  const end = node();
  for (const choice of choices) {
    const last = grow(from, choice, language);
    last.rest = [...last.rest, end];
  }
  return end;
}

/** A part without spaces outside groups: text, groups, or both side by side. */
function growPart(from: Node, part: string, language: string): Node {
  const open = part.search(/[([]/);
  if (open < 0) {
    const pieces = part.split(/(#|\.\.)/).filter((piece) => piece !== '');
    return pieces.reduce((at, piece) => step(at, piece, language), from);
  }
  // A group that is written to letters is part of their word: "model[s]".
  if (/[a-z\u00c0-\u04ff][([]|[)\]]\??[a-z\u00c0-\u04ff~]/i.test(part)) return choose(from, expand(part), language);
  const { choices, end } = group(part, open);
  const head = open > 0 ? growPart(from, part.slice(0, open), language) : from;
  const body = choose(head, choices, language);
  return end < part.length ? growPart(body, part.slice(end), language) : body;
}

function grow(from: Node, phrase: string, language: string): Node {
  let at = from;
  let words: string[] = [];
  // Words side by side are lexed together, for "two hundred" is one number.
  const flush = () => {
    if (words.length > 0) at = step(at, words.join(' '), language);
    words = [];
  };
  for (const part of cut(phrase, / /)) {
    if (/^[^~#([\]]+$/.test(part) && part !== '..') {
      words.push(part);
      continue;
    }
    flush();
    at = growPart(at, part, language);
  }
  flush();
  return at;
}

function beginsClause(tokens: readonly Token[], at: number): boolean {
  return at === 0 || (tokens[at - 1] as Token).clause !== (tokens[at] as Token).clause;
}

/** A node and all it shares its place with, as they are looked up. */
type State = {
  words: Map<string, Node[]>;
  stems: Map<string, Node[]>;
  stemLengths: readonly number[];
  endings: Map<string, Node[]>;
  endingLengths: readonly number[];
  numbers: readonly Node[];
  gaps: readonly Node[];
  finish: readonly Output[];
  output: readonly Output[];
};

function withRests(from: Node, found: Set<Node> = new Set()): Set<Node> {
  if (found.has(from)) return found;
  found.add(from);
  for (const rest of from.rest) withRests(rest, found);
  return found;
}

function merge(maps: readonly (Map<string, Node> | null)[]): Map<string, Node[]> {
  const merged = new Map<string, Node[]>();
  for (const map of maps) {
    for (const [key, next] of map ?? []) {
      const known = merged.get(key);
      if (known === undefined) merged.set(key, [next]);
      else known.push(next);
    }
  }
  return merged;
}

/** Joins a node with its rests when it is first come to: most never are. */
function stateOf(at: Node): State {
  if (at.state !== null) return at.state;
  const nodes = [...withRests(at)];
  const lengths = (all: readonly (readonly number[])[]) => [...new Set(all.flat())];
  at.state = {
    words: merge(nodes.map((each) => each.words)),
    stems: merge(nodes.map((each) => each.stems)),
    stemLengths: lengths(nodes.map((each) => each.stemLengths)),
    endings: merge(nodes.map((each) => each.endings)),
    endingLengths: lengths(nodes.map((each) => each.endingLengths)),
    numbers: nodes.flatMap((each) => each.number ?? []),
    gaps: nodes.flatMap((each) => each.gap ?? []),
    finish: nodes.flatMap((each) => each.finish),
    output: nodes.flatMap((each) => each.output),
  };
  return at.state;
}

function walk(at: Node, tokens: readonly Token[], position: number, emit: Emit): void {
  const state = stateOf(at);
  if (state.output.length > 0) emit(state.output, position);
  if (state.finish.length > 0 && (position === tokens.length || beginsClause(tokens, position))) {
    emit(state.finish, position);
  }
  for (const gap of state.gaps) walkGap(gap, tokens, position, emit);
  const token = tokens[position];
  if (token === undefined || token.quoted) return;
  const go = (nodes: readonly Node[] | undefined) => {
    if (nodes !== undefined) for (const next of nodes) walk(next, tokens, position + 1, emit);
  };
  go(state.words.get(token.text));
  if (token.kind === 'number') go(state.numbers);
  const { text } = token;
  for (const length of state.stemLengths) if (text.length >= length) go(state.stems.get(text.slice(0, length)));
  for (const length of state.endingLengths) if (text.length > length) go(state.endings.get(text.slice(-length)));
}

function walkGap(at: Node, tokens: readonly Token[], position: number, emit: Emit): void {
  const clause = tokens[position]?.clause;
  const most = tokens[position]?.kind === 'cjk' ? CJK_GAP : GAP;
  for (let skipped = 0; skipped <= most; skipped += 1) {
    const token = tokens[position + skipped];
    if (skipped > 0 && (token === undefined || token.clause !== clause)) return;
    walk(at, tokens, position + skipped, emit);
  }
}

/** Keeps the longest mark of each meaning at one place. */
function collect(marks: Map<string, Mark>, found: Mark): void {
  const key = `${found.tag}\t${found.value}`;
  const known = marks.get(key);
  if (known === undefined) marks.set(key, found);
  else if (known.end < found.end) known.end = found.end;
}

/** All phrases in one graph, so that a text is gone through once however many there are. */
export function createPhrasebook() {
  const root = node();
  const beginRoot = node();

  function addPhrase(phrase: string, output: Output): void {
    const begins = phrase.startsWith('< ');
    const ends = phrase.endsWith(' >');
    const middle = phrase.slice(begins ? 2 : 0, ends ? -2 : undefined);
    const last = grow(begins ? beginRoot : root, middle, output.language);
    if (ends) last.finish = [...last.finish, output];
    else last.output = [...last.output, output];
  }

  /** Every phrase that begins at a token. */
  function at(tokens: readonly Token[], start: number, { language, sure }: Tongue): Iterable<Mark> {
    const marks = new Map<string, Mark>();
    const emit: Emit = (outputs, end) => {
      if (end === start) return;
      for (const { tag, value, language: own } of outputs) {
        const allowed = own === language || SAFE.has(own) || (!sure && !tag.endsWith('!'));
        if (allowed) collect(marks, { tag, value, start, end });
      }
    };
    walk(root, tokens, start, emit);
    if (beginsClause(tokens, start)) walk(beginRoot, tokens, start, emit);
    return marks.values();
  }

  return {
    /** Adds phrases of one meaning; all have to be there before the first search. */
    add(tag: string, value: string, phrases: Phrases): void {
      for (const [language, list] of Object.entries(phrases)) {
        for (const phrase of cut(list.replaceAll('\n', ' '), /,/)) addPhrase(phrase, { tag, value, language });
      }
    },
    /**
     * Every phrase in the tokens, the longest of each meaning at each place. Where the language is not sure phrases of all
     * languages count, save those that say what is not meant (tags that end in "!").
     */
    find(tokens: readonly Token[], tongue: Tongue): Mark[] {
      const marks: Mark[] = [];
      for (let start = 0; start < tokens.length; start += 1) {
        if (!(tokens[start] as Token).quoted) marks.push(...at(tokens, start, tongue));
      }
      return marks;
    },
  };
}
