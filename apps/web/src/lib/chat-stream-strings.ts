import { messages } from './messages.ts';

/** What is said of an answer that does not come; loaded with the chat. */
export const t = messages('chatStream', {
  connectionLost: 'The connection was lost. What had arrived is kept and charged; the rest was not.',
  signInToSend: 'Sign in to send messages.',
  unreachable: 'The marketplace cannot be reached. Check the connection and try again.',
  stopped: 'Stopped before it was sent.',
});
