import { expect } from 'vitest';
import { askWith } from '../../apps/server/src/testing/test-person.ts';
import type { Pages } from './browser.ts';
import { freshEmail, PASSWORD } from './person.ts';

/** What one reviewer says. */
export interface Said {
  name?: string;
  rating: number;
  content: string;
}

/** Somebody new who has used a model: their address, and a way to ask the API as them. */
export async function userOf(pages: Pages, model: string, name?: string) {
  const account = { email: freshEmail(), password: PASSWORD, ...(name === undefined ? {} : { name }) };
  const { body } = await askWith(pages.url, null)('POST', '/api/v1/auth/register', account);
  // A call that is over stands in the log of calls; where it went is another test's matter.
  await pages.server.database.query(
    `INSERT INTO calls (id, user_id, model_id, provider, streamed, outcome, duration_ms)
     VALUES ('req_' || $1::text, $1, $2, 'test', false, 'completed', 1)`,
    [body.user.id, model],
  );
  return { email: account.email, ask: askWith(pages.url, body.access_token) };
}

/** Reviews of a model, each by somebody else, the first one first; answers their ids. */
export async function giveReviews(pages: Pages, model: string, all: readonly Said[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { name, ...review } of all) {
    const { ask } = await userOf(pages, model, name);
    const { status, body } = await ask('POST', `/api/v1/models/${model}/reviews`, review);
    expect([status, body.error]).toEqual([201, undefined]);
    ids.push(body.id);
  }
  return ids;
}

/** A dozen reviews that are as different as people are: long, in other scripts, with markup, with a name that never ends. */
export const DOZEN: readonly Said[] = [
  { name: 'Ada Lovelace', rating: 5, content: 'Careful with numbers, and it says when it does not know.' },
  { rating: 4, content: 'Fast enough for a support desk. Once a day it answers in the wrong language.' },
  { name: 'Grace', rating: 5, content: 'We moved 40,000 tickets through it in a week.\n\nNo surprises on the bill.' },
  { name: 'W'.repeat(100), rating: 2, content: 'x'.repeat(600) },
  { name: 'سارة', rating: 4, content: 'يجيب بسرعة ويفهم العربية جيدًا.' },
  { name: '<b>Bold</b>', rating: 1, content: '<script>window.pwned=1</script><img src=x onerror="window.pwned=1">' },
  { name: 'Linus', rating: 3, content: Array.from({ length: 30 }, (_, line) => `Line ${line + 1}.`).join('\n') },
  {
    name: 'Katherine',
    rating: 5,
    content: `${'A long story of orbits and of what came of them. '.repeat(60)}The end.`,
  },
  { name: 'Alan', rating: 4, content: 'Solves small puzzles well. Ask it for steps.' },
  { name: 'Hedy', rating: 3, content: 'Good, but the first word takes a while.' },
  { rating: 4, content: '很好用。' },
  { name: 'Edsger', rating: 2, content: 'It writes GOTO.' },
];
