/** Where an Ollama server is, without the paths of its two APIs (`/api`, `/v1`), which people copy along. Throws TypeError for what is no URL. */
export function ollamaAddress(baseUrl: string): string {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/(?:api|v1)\/*$/, '');
  return url.href;
}
