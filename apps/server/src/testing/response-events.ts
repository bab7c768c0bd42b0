import { expect } from 'vitest';

/** The events of a stream; each is sent under the name of its type, and they are numbered. */
export function eventsOf(text: string) {
  const frames = text.split('\n\n').filter((frame) => frame.startsWith('event: '));
  return frames.map((frame, at) => {
    const [name = '', data = ''] = frame.split('\n');
    const event = JSON.parse(data.slice('data: '.length));
    expect([name, event.sequence_number]).toEqual([`event: ${event.type}`, at]);
    return event;
  });
}
export type ResponseEvents = ReturnType<typeof eventsOf>;
/** Their types, without what all have in common. */
export const typesOf = (events: ResponseEvents) => events.map(({ type }) => type.replace(/^response\./, ''));
/** The text they bring. */
export const textOf = (events: ResponseEvents) =>
  events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : '')).join('');
