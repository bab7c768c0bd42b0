import { COMMON_PASSWORDS } from './common-passwords.ts';

const PRODUCT_WORDS = ['marketplace', 'qmarketplace'];
/** Shorter words occur inside good passwords by chance. */
const WHOLE_LENGTH_MIN = 4;
const PIECE_LENGTH_MIN = 5;
/** What has to be left of a password when one's own name is taken out of it. */
const REMAINDER_LENGTH_MIN = 6;
const DISTINCT_CHARACTERS_MIN = 3;

/** The words somebody who knows the account would try first. Of an address only the part before the @ says something of its owner. */
function contextWords(context: readonly (string | null | undefined)[]): string[] {
  const texts = context.flatMap((text) => (text ? [text.toLowerCase()] : []));
  const wholes = texts.flatMap((text) => [text, text.split('@', 1)[0] ?? '']);
  const pieces = wholes.flatMap((text) => (text.includes('@') ? [] : text.split(/[^\p{L}\p{N}]+/u)));
  return [
    ...wholes.filter((word) => word.length >= WHOLE_LENGTH_MIN),
    ...pieces.filter((word) => word.length >= PIECE_LENGTH_MIN),
    ...PRODUCT_WORDS,
  ];
}

/** True for `abcdefgh` and `87654321`: each character follows the one before it. */
function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/**
 * Why a password is too easy to guess, as the end of a sentence, or null when it may be used. `context` is what is known about
 * its owner: address, name, user name, organization. Length is checked elsewhere; there are no rules of composition.
 */
export function passwordFault(password: string, context: readonly (string | null | undefined)[]): string | null {
  const lower = password.toLowerCase();
  if (new Set(lower).size < DISTINCT_CHARACTERS_MIN) return 'repeats one or two characters';
  if (isSequence(lower)) return 'is a sequence of neighbouring characters';
  if (COMMON_PASSWORDS.has(lower)) return 'is among the passwords that are tried first';
  const isContext = contextWords(context).some(
    (word) => lower.includes(word) && lower.replaceAll(word, '').length < REMAINDER_LENGTH_MIN,
  );
  return isContext ? 'is made of your own name or address' : null;
}
