import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearDrafts, NEW_CHAT, readDraft, returnToDraft, writeDraft } from './drafts.ts';

beforeEach(() => {
  clearDrafts();
  localStorage.clear();
});
afterEach(() => vi.restoreAllMocks());

describe('drafts', () => {
  it('are kept per chat', () => {
    writeDraft(NEW_CHAT, 'to nobody yet');
    writeDraft('ses_1', 'to the first');
    expect(readDraft(NEW_CHAT)).toBe('to nobody yet');
    expect(readDraft('ses_1')).toBe('to the first');
    expect(readDraft('ses_2')).toBe('');
  });

  it('are forgotten when the field is emptied, and leave nothing in storage', () => {
    writeDraft('ses_1', 'text');
    writeDraft('ses_1', '');
    expect(readDraft('ses_1')).toBe('');
    expect(localStorage.length).toBe(0);
  });

  it('are all forgotten at sign-out, and nothing else is', () => {
    localStorage.setItem('q.theme', 'dark');
    writeDraft('ses_1', 'a');
    writeDraft('ses_2', 'b');
    clearDrafts();
    expect(Object.keys(localStorage)).toEqual(['q.theme']);
  });

  it('do not fill the storage', () => {
    writeDraft('ses_1', 'x'.repeat(200_001));
    expect(readDraft('ses_1')).toHaveLength(200_001);
    expect(localStorage.length).toBe(0);
  });

  it('are found again by the next page', () => {
    localStorage.setItem('q.draft.ses_9', 'from before the reload');
    expect(readDraft('ses_9')).toBe('from before the reload');
  });

  it('take an unanswered question back without losing what was typed since', () => {
    returnToDraft('ses_1', 'first question');
    expect(readDraft('ses_1')).toBe('first question');
    returnToDraft('ses_1', 'earlier');
    expect(readDraft('ses_1')).toBe('earlier\n\nfirst question');
  });

  it('do not break typing where storage is blocked', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(() => writeDraft('ses_1', 'text')).not.toThrow();
  });
});
