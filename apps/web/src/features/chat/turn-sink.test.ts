import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { chatKeys, type ThreadMessage } from './queries.ts';
import { createTurnSink } from './turn-sink.ts';

const message: ThreadMessage = {
  id: 'a',
  parent_id: null,
  alternatives: ['a'],
  role: 'assistant',
  content: 'a',
  images: [],
  reasoning: null,
  reasoning_ms: null,
  model_id: null,
  usage: null,
  cost_usd: null,
  finish_reason: null,
  stopped_by: null,
  receipt: null,
  thumb: null,
  created_at: '2026-01-01T00:00:00.000Z',
};

describe('the sink', () => {
  it('has a new chat ready before its page opens', () => {
    const client = new QueryClient();
    createTurnSink(client).started('ses_1', { title: 'Hello', modelId: 'a/b', isNew: true });
    expect(client.getQueryData(chatKeys.messages('', 'ses_1'))).toEqual([]);
    expect(client.getQueryData(chatKeys.session('', 'ses_1'))).toMatchObject({ title: 'Hello', model_id: 'a/b' });
  });

  it('does not make up a chat that was not read yet', () => {
    const client = new QueryClient();
    createTurnSink(client).saved('ses_1', { messages: [message], parentId: undefined });
    expect(client.getQueryData(chatKeys.messages('', 'ses_1'))).toBeUndefined();
  });
});
