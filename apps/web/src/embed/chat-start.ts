/** What a new chat starts with, as an address bears it: `?m=<model>&q=<question>`; `model` is the chat page's own name for `m`. */
export function readChatStart(search: string): { model: string | undefined; question: string | undefined } {
  const given = new URLSearchParams(search);
  const text = (name: string) => given.get(name) || undefined;
  return { model: text('m') ?? text('model'), question: text('q') };
}

/** The model that an address of the marketplace starts a new chat with; undefined for every other address. */
export function modelOfNewChat({ pathname, search }: Pick<URL, 'pathname' | 'search'>): string | undefined {
  // On `/chat` itself `m` points at a message.
  if (pathname === '/chat') return new URLSearchParams(search).get('model') || undefined;
  return pathname === '/chat/new' ? readChatStart(search).model : undefined;
}
