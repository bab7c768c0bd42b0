import type { Content } from './content.ts';

const OPENING = '<think>';
const CLOSING = '</think>';

/** The longest end of `text` that could be the beginning of `tag`, in characters. */
function heldBack(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--) {
    if (tag.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

/**
 * Tells the reasoning at the very beginning of an answer from its text, where a server leaves it between `<think>` and `</think>` in the text
 * itself. The pieces may be cut anywhere. Tags further on are text, and so is a beginning that turns out to be no tag; white space
 * before the first tag and after the last is dropped.
 */
export function createThinkTagSplitter() {
  let place: 'beginning' | 'reasoning' | 'gap' | 'text' = 'beginning';
  let held = '';

  const readBeginning = (text: string): Content => {
    const start = text.trimStart();
    if (start.startsWith(OPENING)) {
      place = 'reasoning';
      return readReasoning(start.slice(OPENING.length));
    }
    if (OPENING.startsWith(start)) {
      held = text;
      return { text: '', reasoning: '' };
    }
    place = 'text';
    return { text, reasoning: '' };
  };
  const readReasoning = (text: string): Content => {
    const end = text.indexOf(CLOSING);
    if (end === -1) {
      const kept = heldBack(text, CLOSING);
      held = text.slice(text.length - kept);
      return { text: '', reasoning: text.slice(0, text.length - kept) };
    }
    place = 'gap';
    return { text: readGap(text.slice(end + CLOSING.length)), reasoning: text.slice(0, end) };
  };
  const readGap = (text: string): string => {
    const rest = text.trimStart();
    if (rest !== '') place = 'text';
    return rest;
  };

  return {
    /** What the next piece says, as far as it can be told yet. */
    push(piece: string): Content {
      if (place === 'text') return { text: piece, reasoning: '' };
      if (place === 'gap') return { text: readGap(piece), reasoning: '' };
      const text = held + piece;
      held = '';
      return place === 'beginning' ? readBeginning(text) : readReasoning(text);
    },
    /** What was held back because it could have been a tag, when nothing more comes. */
    end(): Content {
      const rest = held;
      held = '';
      return place === 'reasoning' ? { text: '', reasoning: rest } : { text: rest, reasoning: '' };
    },
  };
}

/** `createThinkTagSplitter` for a whole answer. What reasoning it already has comes first. */
export function splitThinkTags({ text, reasoning }: Content): Content {
  const splitter = createThinkTagSplitter();
  const most = splitter.push(text);
  const rest = splitter.end();
  return { text: most.text + rest.text, reasoning: reasoning + most.reasoning + rest.reasoning };
}
