const ALLOWED = /^(?:https?:\/\/|mailto:)/i;

/**
 * The address of a link in text that a model wrote, or null when it may not be followed: only whole http(s) and mailto
 * addresses are, so neither scripts nor this site's own paths can be hidden behind words.
 */
export function safeUrl(url: string | null | undefined): string | null {
  if (url == null || !ALLOWED.test(url)) return null;
  try {
    const { protocol, username, password, href } = new URL(url);
    if (!['http:', 'https:', 'mailto:'].includes(protocol)) return null;
    // "https://bank.example@evil.example" reads as another site than it is.
    return username === '' && password === '' ? href : null;
  } catch {
    return null;
  }
}

/** The host a link leads to, to be read before it is followed; the address itself for mail. */
export function hostOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return protocol === 'mailto:' ? pathname : host;
}
