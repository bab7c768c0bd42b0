import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { chatKeys, type ThreadMessage } from './queries.ts';
import { appendMessages, createTurnSink } from './turn-sink.ts';

const message = (id: string, content = id): ThreadMessage => ({
  id,
  role: 'assistant',
  content,
  model_id: null,
  usage: null,
  cost_usd: null,
  finish_reason: null,
  receipt: null,
  created_at: '2026-01-01T00:00:00.000Z',
});

describe('appendMessages', () => {
  it('adds at the end', () => {
    const all = appendMessages([message('a')], { messages: [message('b'), message('c')], replaces: null });
    expect(all.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('takes the replaced answer away', () => {
    const all = appendMessages([message('q'), message('old')], { messages: [message('new')], replaces: 'old' });
    expect(all.map(({ id }) => id)).toEqual(['q', 'new']);
  });

  it('shows nothing twice when the list was read again meanwhile', () => {
    const all = appendMessages([message('q'), message('a', 'half')], {
      messages: [message('q'), message('a', 'whole')],
      replaces: null,
    });
    expect(all.map(({ content }) => content)).toEqual(['q', 'whole']);
  });
});

describe('the sink', () => {
  it('has a new chat ready before its page opens', () => {
    const client = new QueryClient();
    createTurnSink(client).started('ses_1', { title: 'Hello', modelId: 'a/b', isNew: true });
    expect(client.getQueryData(chatKeys.messages('', 'ses_1'))).toEqual([]);
    expect(client.getQueryData(chatKeys.session('', 'ses_1'))).toMatchObject({ title: 'Hello', model_id: 'a/b' });
  });

  it('does not make up a chat that was not read yet', () => {
    const client = new QueryClient();
    createTurnSink(client).saved('ses_1', { messages: [message('a')], replaces: null });
    expect(client.getQueryData(chatKeys.messages('', 'ses_1'))).toBeUndefined();
  });
});
