import { describe, expect, it } from 'vitest';
import { modelOfNewChat, readChatStart } from './chat-start.ts';

describe('the start of a chat', () => {
  it.each([
    ['', undefined, undefined],
    ['?m=a/b', 'a/b', undefined],
    ['?m=hf/org/two%3Ax&q=Hello+there', 'hf/org/two:x', 'Hello there'],
    ['?model=a/b', 'a/b', undefined],
    ['?m=a/b&model=c/d', 'a/b', undefined],
    ['?m=&q=', undefined, undefined],
  ])('is read from %s', (search, model, question) => {
    expect(readChatStart(search)).toEqual({ model, question });
  });

  it.each([
    ['/chat?model=a/b', 'a/b'],
    ['/chat?m=msg_1', undefined],
    ['/chat/new?m=a/b', 'a/b'],
    ['/chat/ses_1?model=a/b', undefined],
    ['/models?m=a/b', undefined],
  ])('at %s is with %s', (path, model) => {
    expect(modelOfNewChat(new URL(path, 'https://q.example'))).toBe(model);
  });
});
