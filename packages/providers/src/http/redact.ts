const REDACTED = '[redacted]';
/** Keys shorter than this are too likely to be ordinary words to be searched for. */
const KEY_LENGTH_MIN = 4;
/** Providers quote the first characters of a key; that many are enough to know it again. */
const KEY_START_LENGTH = 8;
const MESSAGE_LENGTH_MAX = 500;
/** As much of a text as is searched. */
const SEARCHED_LENGTH_MAX = 4_000;

/** What keys look like, whoever they belong to. Asterisks stand where a provider masked a part. */
const KEY_PATTERNS: readonly RegExp[] = [
  /\b(?:sk[-_]|[pr]k_(?:live|test)_|gsk_|hf_|xai-|pplx-|csk-|nvapi-|tgp_|r8_|qm_(?:live|test)_)[\w*.-]{8,}/gi,
  /\bAIza[\w*-]{10,}/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,2000}(?:\.[\w-]{0,2000})?/g,
  /\b(?:bearer|basic)\s+[\w*.~+/=-]{6,}/gi,
  /(?<=[?&](?:key|api[-_]?key|token|access_token)=)[^&\s"']+/gi,
  /[\w-]{0,64}\*{3,}[\w-]{0,64}/g,
];

// Line breaks forge log lines, escape sequences rewrite terminals, and direction marks reorder what is read.
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Makes a provider's text safe to show and to log: `secret` (the key in use) and everything key-like removed, one line, at most 500 characters. */
export function redact(text: string, secret: string | undefined): string {
  let clean = text.slice(0, SEARCHED_LENGTH_MAX);
  if (secret !== undefined && secret.length >= KEY_LENGTH_MIN) clean = withoutSecret(clean, secret);
  for (const pattern of KEY_PATTERNS) clean = clean.replace(pattern, REDACTED);
  clean = clean.replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
  return clean.length > MESSAGE_LENGTH_MAX ? `${clean.slice(0, MESSAGE_LENGTH_MAX - 1)}…` : clean;
}

function withoutSecret(text: string, secret: string): string {
  const whole = text.replaceAll(secret, REDACTED).replaceAll(encodeURIComponent(secret), REDACTED);
  if (secret.length < 2 * KEY_START_LENGTH) return whole;
  const start = secret.slice(0, KEY_START_LENGTH).replace(/[^\w]/g, '\\$&');
  return whole.replace(new RegExp(`${start}[^\\s"']*`, 'g'), REDACTED);
}
