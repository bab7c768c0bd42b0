import type { Review, ReviewList } from '@q/contract/reviews';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPaidCallStage, type PaidCallStage, STAGE_MODEL } from '../../testing/paid-call-stage.ts';
import { TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { refuses } from '../../testing/upstream-behaviours.ts';

const PATH = `/api/v1/models/${STAGE_MODEL}/reviews`;
const GOOD = { rating: 5, content: 'Careful with numbers.' };

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await stage.reset();
  await stage.first.database.query('DELETE FROM reviews');
});

const anybody = () => askWith(stage.first.url, null);
const listed = async (ask = anybody(), query = ''): Promise<ReviewList> => (await ask('GET', PATH + query)).body;

async function asAdmin(): Promise<TestPerson['ask']> {
  const { body } = await anybody()('POST', '/api/v1/auth/login', TEST_ADMIN);
  return askWith(stage.first.url, body.access_token);
}

/** Lets somebody use the stage's model once. */
async function use(person: TestPerson): Promise<void> {
  const body = { model: STAGE_MODEL, messages: [{ role: 'user', content: 'Hello' }] };
  expect((await person.ask('POST', '/v1/chat/completions', body)).status).toBe(200);
}

async function buyer(): Promise<TestPerson> {
  const person = await signUpPerson(stage.first.url);
  await use(person);
  return person;
}

async function reviewed(person: TestPerson, review: object = GOOD): Promise<Review> {
  const { status, body } = await person.ask('POST', PATH, review);
  expect([status, body.error]).toEqual([201, undefined]);
  return body;
}

describe('a review', () => {
  test('is written by who has used the model, and read by everybody', async () => {
    const author = await buyer();
    await author.ask('PATCH', '/api/v1/auth/me', { name: 'Ada L.' });
    const review = await reviewed(author);
    expect(review).toMatchObject({ ...GOOD, author: 'Ada L.', helpful: 0, mine: true, voted: false });
    expect(review.id).toMatch(/^rev_[0-9A-Za-z]{22}$/);
    const list = await listed();
    expect(list).toMatchObject({
      data: [{ id: review.id, mine: false, voted: false }],
      total: 1,
      page: 1,
      per_page: 10,
      own: null,
      may_review: null,
      summary: { rating: 5, reviews: 1, stars: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 1 } },
    });
    expect(await listed(author.ask)).toMatchObject({ own: { id: review.id }, may_review: true });
  });

  test('is refused in clear words to who has not used the model, whatever else they have used', async () => {
    const other = await signUpPerson(stage.first.url);
    await other.ask('POST', '/v1/chat/completions', {
      model: 'sandbox/guide',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    const { status, body } = await other.ask('POST', PATH, GOOD);
    expect([status, body.error.message]).toEqual([403, expect.stringContaining('who have used this model')]);
    expect(await listed(other.ask)).toMatchObject({ total: 0, may_review: false });
  });

  test('is refused after a call that failed and cost nothing', async () => {
    const unlucky = await signUpPerson(stage.first.url);
    stage.upstream.script(refuses(400));
    const body = { model: STAGE_MODEL, messages: [{ role: 'user', content: 'Hello' }] };
    expect((await unlucky.ask('POST', '/v1/chat/completions', body)).status).toBeGreaterThan(399);
    expect((await unlucky.ask('POST', PATH, GOOD)).status).toBe(403);
  });

  test('is written on any server at once, before the usage log tells of the call', async () => {
    const author = await buyer();
    const elsewhere = askWith(stage.second.url, author.token);
    expect(await listed(elsewhere)).toMatchObject({ may_review: true });
    expect((await elsewhere('POST', PATH, GOOD)).status).toBe(201);
  });

  test('is one for each person and model, also when both come at once', async () => {
    const author = await buyer();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((rating) =>
        askWith(stage.inTurn(rating).url, author.token)('POST', PATH, { rating, content: `number ${rating}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.error.message).toContain('already');
    expect((await listed()).total).toBe(1);
  });

  test('is changed by its author alone', async () => {
    const [author, other] = [await buyer(), await buyer()];
    const { id } = await reviewed(author);
    const change = { rating: 2, content: 'It forgets.' };
    for (const ask of [other.ask, await asAdmin()]) {
      expect((await ask('PUT', `${PATH}/${id}`, change)).status).toBe(404);
    }
    const { status, body } = await author.ask('PUT', `${PATH}/${id}`, change);
    expect([status, body]).toEqual([200, expect.objectContaining({ id, ...change, mine: true })]);
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(body.created_at));
    expect((await listed()).summary).toMatchObject({ rating: 2, reviews: 1 });
  });

  test('is deleted by its author, and can then be written anew', async () => {
    const [author, other] = [await buyer(), await buyer()];
    const { id } = await reviewed(author);
    expect((await other.ask('DELETE', `${PATH}/${id}`)).status).toBe(404);
    expect((await listed()).total).toBe(1);
    expect((await author.ask('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await author.ask('DELETE', `${PATH}/${id}`)).status).toBe(404);
    expect(await listed()).toMatchObject({ data: [], total: 0, summary: { rating: null } });
    await reviewed(author);
  });

  test('is removed by an administrator with a line in the audit log, by its author without one', async () => {
    const author = await buyer();
    const { id } = await reviewed(author, { rating: 1, content: 'Buy pills at my shop' });
    const admin = await asAdmin();
    expect((await admin('DELETE', `${PATH}/${id}`)).status).toBe(204);
    const { data } = (await admin('GET', '/api/v1/admin/audit?action=review.remove')).body;
    expect(data).toMatchObject([
      { object: id, details: { model_id: STAGE_MODEL, author_id: author.id, rating: 1 }, actor_id: expect.any(String) },
    ]);
    expect(JSON.stringify(data)).not.toContain('pills');
    const { id: again } = await reviewed(author);
    await author.ask('DELETE', `${PATH}/${again}`);
    expect((await admin('GET', '/api/v1/admin/audit?action=review.remove')).body.total).toBe(1);
  });

  test('belongs to its model: under another model it is not found', async () => {
    const author = await buyer();
    const { id } = await reviewed(author);
    const wrong = `/api/v1/models/sandbox/guide/reviews/${id}`;
    expect((await author.ask('PUT', wrong, GOOD)).status).toBe(404);
    expect((await author.ask('DELETE', wrong)).status).toBe(404);
    expect((await stage.ask('POST', `${wrong}/helpful`)).status).toBe(404);
    expect((await listed()).total).toBe(1);
  });

  test('of a model whose name has a slash is found with the slash escaped and as it is', async () => {
    const model = 'huggingface/Qwen/Qwen3.8-27B';
    const author = await signUpPerson(stage.first.url);
    await stage.first.database.query(
      `INSERT INTO calls (id, user_id, model_id, provider, streamed, outcome, duration_ms) VALUES ($1, $2, $3, 'x', false, 'completed', 1)`,
      [`req_${author.id}`, author.id, model],
    );
    const escaped = '/api/v1/models/huggingface/Qwen%2FQwen3.8-27B/reviews';
    const { status, body } = await author.ask('POST', escaped, GOOD);
    expect([status, body.model_id]).toEqual([201, model]);
    const plain = `/api/v1/models/${model}/reviews`;
    expect((await anybody()('GET', plain)).body).toMatchObject({ total: 1, data: [{ id: body.id }] });
    expect((await author.ask('PUT', `${plain}/${body.id}`, { ...GOOD, rating: 1 })).body.rating).toBe(1);
    expect((await stage.ask('POST', `${plain}/${body.id}/helpful`)).body.helpful).toBe(1);
    expect((await stage.ask('DELETE', `${escaped}/${body.id}/helpful`)).body.helpful).toBe(0);
    for (const [method, path] of [
      ['POST', plain],
      ['PUT', `${plain}/${body.id}`],
      ['DELETE', `${plain}/${body.id}`],
      ['POST', `${plain}/${body.id}/helpful`],
      ['DELETE', `${plain}/${body.id}/helpful`],
    ] as const) {
      expect((await anybody()(method, path, method === 'DELETE' ? undefined : GOOD)).status, path).toBe(401);
    }
    expect((await author.ask('DELETE', `${plain}/${body.id}`)).status).toBe(204);
    expect((await author.ask('GET', `/api/v1/models/${model}`)).body.id).toBe(model);
  });
});

describe('what is written', () => {
  test('is kept as text, whatever it looks like', async () => {
    const content = '<script>alert(1)</script>\n\t<img src=x onerror=alert(2)> [x](javascript:alert(3)) & “é” 🙂';
    const author = await buyer();
    await reviewed(author, { rating: 3, content: `\r\n  ${content.replace('\n', '\r\n')}  ` });
    const answer = await anybody()('GET', PATH);
    expect(answer.body.data[0].content).toBe(content);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('has 1 to 4,000 characters to see, a whole number of stars and nothing else', async () => {
    const author = await buyer();
    const bad: [string, object][] = [
      ['content', { rating: 5, content: '' }],
      ['content', { rating: 5, content: ' \n\t ' }],
      ['content', { rating: 5, content: '\u200b\u2060' }],
      ['content', { rating: 5, content: 'x'.repeat(4_001) }],
      ['content', { rating: 5, content: 'a\u0000b' }],
      ['content', { rating: 5, content: 'a\u001b[31mb' }],
      ['content', { rating: 5, content: 'a\u0085b' }],
      ['content', { rating: 5, content: 'user \u202eevil' }],
      ['content', { rating: 5, content: '\ud800' }],
      ['content', { rating: 5, content: 7 }],
      ['content', { rating: 5 }],
      ['rating', { rating: 0, content: 'x' }],
      ['rating', { rating: 6, content: 'x' }],
      ['rating', { rating: 4.5, content: 'x' }],
      ['rating', { rating: '5', content: 'x' }],
      ['rating', { content: 'x' }],
    ];
    for (const [param, body] of bad) {
      const answer = await author.ask('POST', PATH, body);
      expect([answer.status, answer.body.error.param], JSON.stringify(body)).toEqual([400, param]);
    }
    expect((await author.ask('POST', PATH, { ...GOOD, user_id: 'usr_1' })).status).toBe(400);
    const { id } = await reviewed(author, { rating: 1, content: 'x'.repeat(4_000) });
    expect((await author.ask('PUT', `${PATH}/${id}`, { rating: 1, content: '\u0007' })).status).toBe(400);
    expect((await author.ask('PUT', `${PATH}/${id}`, { rating: 9, content: 'x' })).status).toBe(400);
  });

  test('never shows an address, and no name where none is shown', async () => {
    const author = await buyer();
    const { id } = await reviewed(author);
    const shown = async () => JSON.stringify((await anybody()('GET', PATH)).body);
    expect((await listed()).data[0]?.author).toBeNull();
    await author.ask('PATCH', '/api/v1/auth/me', { name: author.email.toUpperCase() });
    expect((await listed()).data[0]?.author).toBeNull();
    expect((await shown()).toLowerCase()).not.toContain(author.email);
    expect(await shown()).not.toContain(author.id);
    const username = `ada${id.slice(4, 12)}`;
    await author.ask('PATCH', '/api/v1/auth/me', { username });
    expect((await listed()).data[0]?.author).toBe(username);
  });
});

describe('a helpful vote', () => {
  test('counts once for each person, also when they vote many times at once, and can be taken back', async () => {
    const { id } = await reviewed(await buyer());
    const voter = await signUpPerson(stage.first.url, 0);
    const vote = (index = 0) => askWith(stage.inTurn(index).url, voter.token)('POST', `${PATH}/${id}/helpful`);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => vote(index)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect((await vote()).body).toMatchObject({ id, helpful: 1, voted: true, mine: false });
    expect((await stage.ask('POST', `${PATH}/${id}/helpful`)).body.helpful).toBe(2);
    expect((await listed(voter.ask)).data).toMatchObject([{ helpful: 2, voted: true }]);
    expect((await listed()).data).toMatchObject([{ helpful: 2, voted: false }]);
    for (const helpful of [1, 1]) {
      expect((await voter.ask('DELETE', `${PATH}/${id}/helpful`)).body).toMatchObject({ helpful, voted: false });
    }
  });

  test('is not for one’s own review, nor for one that is not there', async () => {
    const author = await buyer();
    const { id } = await reviewed(author);
    const { status, body } = await author.ask('POST', `${PATH}/${id}/helpful`);
    expect([status, body.error.message]).toEqual([403, expect.stringContaining('your own')]);
    expect((await stage.ask('POST', `${PATH}/rev_none/helpful`)).status).toBe(404);
    expect((await stage.ask('DELETE', `${PATH}/rev_none/helpful`)).status).toBe(404);
    expect((await listed()).data[0]?.helpful).toBe(0);
  });

  test('that meets the deletion of its review is 200 or 404, never a fault, and leaves nothing', async () => {
    const author = await buyer();
    const voters = await Promise.all([1, 2, 3].map(() => signUpPerson(stage.first.url, 0)));
    for (let round = 0; round < 4; round += 1) {
      const { id } = await reviewed(author);
      const [deleted, ...votes] = await Promise.all([
        author.ask('DELETE', `${PATH}/${id}`),
        ...voters.map((voter) => voter.ask('POST', `${PATH}/${id}/helpful`)),
      ]);
      expect(deleted?.status).toBe(204);
      for (const { status } of votes) expect([200, 404]).toContain(status);
    }
    const [left] = await stage.first.database.query<{ votes: bigint }>('SELECT count(*) AS votes FROM review_votes');
    expect(left?.votes).toBe(0n);
  });
});

describe('the list', () => {
  test('is paged and sorted by age or by help, and sums up all reviews on every page', async () => {
    const authors = [await buyer(), await buyer(), await buyer()];
    const ids: string[] = [];
    for (const [index, author] of authors.entries()) {
      ids.push((await reviewed(author, { rating: [5, 4, 1][index], content: `review ${index}` })).id);
    }
    await stage.ask('POST', `${PATH}/${ids[0]}/helpful`);
    const idsOf = (list: ReviewList) => list.data.map(({ id }) => id);
    expect(idsOf(await listed())).toEqual([ids[2], ids[1], ids[0]]);
    expect(idsOf(await listed(anybody(), '?sort=helpful'))).toEqual([ids[0], ids[2], ids[1]]);
    const second = await listed(anybody(), '?per_page=2&page=2');
    expect(idsOf(second)).toEqual([ids[0]]);
    expect(second).toMatchObject({
      total: 3,
      page: 2,
      per_page: 2,
      summary: { rating: 3.33, reviews: 3, stars: { 1: 1, 2: 0, 3: 0, 4: 1, 5: 1 } },
    });
    expect(await listed(anybody(), '?page=9')).toMatchObject({ data: [], total: 3 });
    for (const query of ['?sort=oldest', '?page=0', '?per_page=101', '?rating=5']) {
      expect((await anybody()('GET', PATH + query)).status, query).toBe(400);
    }
  });

  test('of an unknown model is 404, and credentials that are sent have to be valid', async () => {
    expect((await anybody()('GET', '/api/v1/models/acme/none/reviews')).status).toBe(404);
    expect((await stage.ask('POST', '/api/v1/models/acme/none/reviews', GOOD)).status).toBe(404);
    expect((await askWith(stage.first.url, 'qm_live_wrong')('GET', PATH)).status).toBe(401);
  });

  test('tells a key without the permission to read nothing of its owner; writing needs `manage`', async () => {
    const author = await buyer();
    await reviewed(author);
    const keyWith = async (...permissions: string[]) => {
      const { body } = await author.ask('POST', '/api/v1/keys', { name: permissions.join(), permissions });
      return askWith(stage.first.url, body.secret ?? body.key);
    };
    expect(await listed(await keyWith('inference'))).toMatchObject({ own: null, may_review: null });
    const reader = await keyWith('read');
    expect(await listed(reader)).toMatchObject({ own: { mine: true }, may_review: true });
    const other = await buyer();
    const { id } = await reviewed(other);
    for (const [method, path] of [
      ['POST', PATH],
      ['PUT', `${PATH}/${id}`],
      ['DELETE', `${PATH}/${id}`],
      ['POST', `${PATH}/${id}/helpful`],
      ['DELETE', `${PATH}/${id}/helpful`],
    ] as const) {
      expect((await reader(method, path, method === 'DELETE' ? undefined : GOOD)).status, method + path).toBe(403);
    }
    expect((await (await keyWith('manage'))('POST', `${PATH}/${id}/helpful`)).status).toBe(200);
  });
});

test('every write moves the model, the list, the filters, the totals and the assistant’s facts at once', async () => {
  const { first } = stage;
  const figures = async () => {
    const ask = anybody();
    const model = (await ask('GET', `/api/v1/models/${STAGE_MODEL}`)).body;
    const list = (await ask('GET', `/api/v1/models?id=${STAGE_MODEL}`)).body;
    const best = (await ask('GET', '/api/v1/stats')).body.best_rated;
    const facts = first.app.services.assistant.recommendations.facts().find(({ id }) => id === STAGE_MODEL);
    const atLeast = async (stars: number) =>
      (await ask('GET', `/api/v1/models?id=${STAGE_MODEL}&min_rating=${stars}`)).body.total;
    return {
      model: [model.rating, model.reviews],
      list: [list.data[0].rating, list.data[0].reviews],
      facet: list.facets.ratings.find(({ value }: { value: string }) => value === '4')?.count ?? 0,
      atLeastFour: await atLeast(4),
      best: best.map(({ rating, reviews }: { rating: number; reviews: number }) => [rating, reviews]),
      facts: [facts?.rating, facts?.reviews],
    };
  };
  const like = (rating: number | null, reviews: number, good: number) => ({
    model: [rating, reviews],
    list: [rating, reviews],
    facet: good,
    atLeastFour: good,
    best: rating === null ? [] : [[rating, reviews]],
    facts: [rating, reviews],
  });
  await first.app.services.catalog.refreshRatings();
  expect(await figures()).toEqual(like(null, 0, 0));
  const [one, two] = [await buyer(), await buyer()];
  const { id } = await reviewed(one);
  expect(await figures()).toEqual(like(5, 1, 1));
  await reviewed(two, { rating: 2, content: 'Slow.' });
  expect(await figures()).toEqual(like(3.5, 2, 0));
  await two.ask('PUT', `${PATH}/${(await listed(two.ask)).own?.id}`, { rating: 4, content: 'Faster now.' });
  expect(await figures()).toEqual(like(4.5, 2, 1));
  await one.ask('DELETE', `${PATH}/${id}`);
  expect(await figures()).toEqual(like(4, 1, 1));
});
