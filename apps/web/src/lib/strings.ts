import { messages } from './messages.ts';

/** What is said when the server cannot be asked. */
export const t = messages('lib', {
  pageFault: 'Something went wrong on this page. Reload it, and tell the operator if it happens again.',
  serverAnswered: 'The server answered {status}. Try again in a moment.',
  unreachable: 'The marketplace cannot be reached. Check the connection and try again.',
  unreadable: 'The server sent an answer this page cannot read. Reload the page.',
});
