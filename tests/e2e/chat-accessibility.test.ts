import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answers as answersWith, gate, isBusy } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { faultsOfSight, openWatched } from './browser.ts';
import { faultsOfView } from './faults-of-view.ts';
import { answered, answers, composer, dialog, openAsMember, say } from './person.ts';
import { scriptedPages } from './scripted-pages.ts';
import { type State, walk } from './states.ts';

/** A model of the scripted provider. */
const MODEL = 'openai/gpt-5.5';

/** A red and green square of 2 × 2 pixels. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGM4wcBwggGMgRQAGQ4DIUwhR/0AAAAASUVORK5CYII=';

/** An answer with everything in it that Markdown has. */
const RICH = `## Headings

Words with **weight**, \`code\`, a [link](https://example.com/a) and a picture: ![a chart](https://example.com/chart.png)

1. First
   - nested
2. Second, ~~wrong~~

> Said by somebody else.

| Model | Input, $ per 1M tokens | Output, $ per 1M tokens | Context window | Remarks that take some room |
| --- | ---: | ---: | ---: | --- |
| one | 1.25 | 10.00 | 400,000 | none |

\`\`\`ts
// What a call costs
export const cost = (tokens: number, price: bigint): bigint => (BigInt(tokens) * price + 999n) / 1000n; // rounded up, always
\`\`\`

- [x] done
- [ ] not done

A formula \\(a^2\\) and one that is wide:

\\[ \\sum_{k=1}^{n} k^2 = \\frac{n(n+1)(2n+1)}{6} + \\underbrace{a + b + c + d + e + f + g + h + i + j + k + l + m}_{\\text{much}} \\]

---

The end.
`;

const stage = scriptedPages();

async function leave(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Escape');
  await dialog(page, name).waitFor({ state: 'hidden' });
}

const openMenu = (page: Page) => page.getByRole('button', { name: 'Chat actions' }).click();
const notice = (page: Page) => page.getByRole('region', { name: 'The message was not answered' });

let held = gate();

/** What somebody with money sees, one after the other. */
const PAYING: State[] = [
  { name: 'a new chat', reach: (page) => page.getByText('What do you want to ask?').waitFor() },
  {
    name: 'an answer on its way',
    reach: async (page) => {
      held = gate(answersWith(), [RICH]);
      stage.upstream.script(held.behaviour);
      await say(page, 'Show me everything');
      await answers(page).getByText('The end.').waitFor();
    },
  },
  {
    name: 'an answer with its receipt',
    reach: async (page) => {
      held.release();
      await answered(page);
    },
  },
  {
    name: 'versions of an answer, with thoughts',
    reach: async (page) => {
      stage.upstream.script(answersWith({ reasoning: ['Let me see.'], pieces: ['A second answer'] }));
      await page.getByRole('button', { name: 'Answer again', exact: true }).click();
      await answers(page).getByText('A second answer').waitFor();
      await answered(page);
      await page.getByText('Thought for').click();
    },
  },
  {
    name: 'a question written anew',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Edit question' }).click();
      await page.getByRole('form', { name: 'Edit the question' }).waitFor();
    },
  },
  {
    name: 'answers side by side',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Compare answers' }).click();
      await page.getByRole('region', { name: 'Answers side by side' }).waitFor();
    },
  },
  {
    name: 'attached pictures, one refused',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Close comparison' }).click();
      await page.getByLabel('Pictures', { exact: true }).setInputFiles([
        { name: 'square.png', mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') },
        { name: 'drawing-with-a-rather-long-name.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') },
      ]);
      const attached = page.getByRole('list', { name: 'Attached pictures' });
      await attached.getByRole('img').waitFor();
      await attached.getByText('Only PNG').waitFor();
    },
  },
  {
    name: 'context and cost',
    reach: async (page) => {
      for (const name of ['square.png', 'drawing-with-a-rather-long-name.svg'])
        await page.getByRole('button', { name: `Remove ${name}` }).click();
      await page.getByRole('button', { name: /^Context: / }).click();
      await dialog(page, 'Context and cost').getByRole('table').last().waitFor();
    },
  },
  {
    name: 'found messages',
    reach: async (page) => {
      await leave(page, 'Context and cost');
      const field = page.getByLabel('Search chats').filter({ visible: true });
      if ((await field.count()) === 0) return;
      await field.fill('everything');
      await page.getByRole('navigation', { name: 'Found in messages' }).getByRole('link').first().waitFor();
    },
  },
  {
    name: 'a choice of models',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Model: / }).click();
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'no such model',
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'Search models' }).fill('zzzzz');
      await page.getByText('No model answers').waitFor();
    },
  },
  {
    name: 'parameters',
    reach: async (page) => {
      await leave(page, 'Model');
      await page.getByRole('button', { name: /^Parameters/ }).click();
      await dialog(page, 'Parameters').getByLabel('Temperature').waitFor();
    },
  },
  {
    name: 'parameters with faults',
    reach: async (page) => {
      await dialog(page, 'Parameters').getByLabel('Temperature').fill('9');
      await dialog(page, 'Parameters').getByRole('button', { name: 'Apply' }).click();
    },
  },
  {
    name: 'the menu of a chat',
    reach: async (page) => {
      await leave(page, 'Parameters');
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    },
  },
  {
    name: 'renaming',
    reach: async (page) => {
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      await dialog(page, 'Rename chat').waitFor();
    },
  },
  {
    name: 'clearing',
    reach: async (page) => {
      await leave(page, 'Rename chat');
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Clear' }).click();
      await dialog(page, 'Clear this chat?').waitFor();
    },
  },
  {
    name: 'a busy provider',
    reach: async (page) => {
      await leave(page, 'Clear this chat?');
      stage.upstream.script(isBusy('1'));
      await say(page, 'Is anybody there?');
      await notice(page).waitFor();
    },
  },
];

/** What somebody without money sees, one after the other. */
const POOR: State[] = [
  {
    name: 'no money',
    reach: async (page) => {
      await say(page, 'Spend what I have not');
      await notice(page).getByRole('button', { name: '$100', exact: true }).waitFor();
    },
  },
  {
    name: 'a retired model',
    reach: async (page) => {
      await page.goto('/chat?model=openai/gpt-4');
      await page.getByText('GPT-4: Retired.').waitFor();
      await page.getByText('No chats yet.').waitFor({ state: 'attached' });
    },
  },
];

const CHAT = `/chat?model=${MODEL}`;

describe('the chat', () => {
  it.each(['desktop', 'phone'] as const)(
    'can be seen and used by everybody on a %s, light and dark',
    async (size) => {
      const { page } = await openAsMember(stage.pages, CHAT, { size });
      expect(await walk(page, PAYING, faultsOfView)).toEqual({});
      const poor = await openAsMember(stage.pages, CHAT, { size, usd: 0 });
      expect(await walk(poor.page, POOR, faultsOfView)).toEqual({});
    },
    120_000,
  );

  it('can be seen and used by strangers, and its list on a phone', async () => {
    const stranger = await openWatched(stage.pages, '/chat', { size: 'tiny' });
    await composer(stranger).fill('Hello');
    await stranger.getByText('What do you want to ask?').waitFor();
    expect(await faultsOfSight(stranger)).toEqual([]);
    stage.upstream.script(answersWith());
    const { page } = await openAsMember(stage.pages, CHAT, { size: 'tiny' });
    await say(page, 'A rather long question, so that the title of this chat does not fit into the list');
    await answered(page);
    await page.getByRole('button', { name: 'Chats', exact: true }).click();
    await dialog(page, 'Chats')
      .getByRole('link', { name: /^A rather long/ })
      .waitFor();
    expect(await faultsOfSight(page)).toEqual([]);
  }, 60_000);
});
