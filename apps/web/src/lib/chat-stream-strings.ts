import { messages } from './messages.ts';

/** What is said of an answer that does not come; loaded with the chat. */
export const t = messages('chatStream', {
  connectionLost: 'The connection was lost. The answer goes on without it and will stand in this chat.',
  signInToSend: 'Sign in to send messages.',
  unreachable: 'The marketplace cannot be reached. Check the connection and try again.',
  stopped: 'Stopped before it was sent.',
});
