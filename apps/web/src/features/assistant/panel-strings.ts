import { messages } from '../../lib/messages.ts';

/** What the panel over the catalogue says, which is on the first page: the rest of the texts loads with the assistant. */
export const PANEL_TEXTS = {
  notAChat: 'Not a chat',
  askQAssistant: 'Ask Q Assistant',
  whatDoYouNeed: 'What do you need a model for?',
  ask: 'Ask',
  closeTheAnswer: 'Close the answer',
  chatWithIt: 'Chat with it',
  notConnectedHere: 'Not connected here',
  yourTaskStandsIn: 'Your task stands in the new chat, instead of what was typed there.',
  putItBack: 'Put it back',
} as const;

/** The texts of the panel over the catalogue. */
export const t = messages('assistant', PANEL_TEXTS);
