// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

/** The module as a page has it that was just loaded. */
async function afterReload() {
  vi.resetModules();
  const { renderToString } = await import('react-dom/server');
  const { createElement } = await import('react');
  const module = await import('./second-model.ts');
  const secondOf = (chat: string) => renderToString(createElement(() => module.useSecondModel(chat) ?? 'none'));
  return { ...module, secondOf };
}

beforeEach(() => sessionStorage.clear());

describe('the second model of a chat', () => {
  it('is that of this chat alone, over a reload, until it is taken away', async () => {
    (await afterReload()).chooseSecond('ses_1', 'a/b');
    const page = await afterReload();
    expect([page.secondOf('ses_1'), page.secondOf('ses_2')]).toEqual(['a/b', 'none']);
    page.chooseSecond('ses_1', undefined);
    expect(page.secondOf('ses_1')).toBe('none');
    expect((await afterReload()).secondOf('ses_1')).toBe('none');
  });

  it('is forgotten at sign-out', async () => {
    const page = await afterReload();
    page.chooseSecond('ses_1', 'a/b');
    page.clearSeconds();
    expect((await afterReload()).secondOf('ses_1')).toBe('none');
  });
});
