/**
 * Says what is wrong with a Node.js version (`20.11.0`), or null when it runs the product. Written for very old versions
 * too: they must be able to read this file in order to refuse.
 */
export function nodeVersionFault(version) {
  const parts = version.split('.').map(Number);
  const major = parts[0];
  const minor = parts[1];
  const runs = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (runs) return null;
  return (
    'Q Marketplace needs Node.js 20.19, 22.12 or newer, and this is ' +
    version +
    '. Install a newer one from https://nodejs.org and start again.'
  );
}
