import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import { fillMessage, messages, setLanguage } from './messages.ts';

const t = messages('test', {
  plain: 'Save',
  added: '{amount} added. Your balance is {balance}.',
  keys: '{count, plural, one {# key} other {# keys}} of {owner}',
});

afterEach(() => setLanguage('en', {}));

describe('texts', () => {
  it('are English, with their braces filled', () => {
    expect(t('plain')).toBe('Save');
    expect(t('added', { amount: '$5.00', balance: '$7.00' })).toBe('$5.00 added. Your balance is $7.00.');
  });

  it('say one and many', () => {
    expect(t('keys', { count: 1, owner: 'Ada' })).toBe('1 key of Ada');
    expect(t('keys', { count: 1200, owner: 'Ada' })).toBe('1,200 keys of Ada');
  });

  it('follow the language and its own plurals, and stay English where it has none', () => {
    setLanguage('ru', {
      test: { keys: '{owner}: {count, plural, one {# ключ} few {# ключа} many {# ключей} other {# ключа}}' },
    });
    expect(t('keys', { count: 3, owner: 'Ада' })).toBe('Ада: 3 ключа');
    expect(t('keys', { count: 5, owner: 'Ада' })).toBe('Ада: 5 ключей');
    expect(t('plain')).toBe('Save');
  });

  it('hold elements where the language wants them', () => {
    const values = { count: 2, owner: createElement('b', null, '{Ada}') };
    expect(renderToStaticMarkup(t.nodes('keys', values))).toBe('2 keys of <b>{Ada}</b>');
    setLanguage('de', { test: { keys: '{owner}s {count, plural, one {# Schlüssel} other {# Schlüssel}}' } });
    expect(renderToStaticMarkup(t.nodes('keys', values))).toBe('<b>{Ada}</b>s 2 Schlüssel');
  });

  it('show a name that has no value', () => {
    expect(fillMessage('Hello {name}')).toBe('Hello {name}');
  });
});
