import { useTitle } from '../../lib/use-title.ts';

/** The chat. */
export function ChatPage() {
  useTitle('Chat');
  return <h1 className="px-5 py-6 font-semibold text-h1">Chat</h1>;
}
