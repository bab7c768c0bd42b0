import { expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { reachDatabase } from './reach.ts';

const URL_OF_SOMEBODY = 'postgres://somebody:secret-word@127.0.0.1/books';

/** An error as the database throws it: an outage is told as 503, everything else is left as it is. */
function failure(code: string, message: string, isOutage = true): Error {
  const cause = Object.assign(new Error(message), { code });
  return isOutage ? new AppError('service_unavailable', { cause }) : cause;
}

const STARTING = failure('57P03', 'the database system is starting up');
const REFUSED = failure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432');
const SLOW = new AppError('service_unavailable', { cause: new Error('timeout exceeded when trying to connect') });

/** Asks a database that fails so often before it answers. */
async function reach(failures: readonly Error[], thenAlways?: Error) {
  const clock = createFakeClock();
  const began = clock.elapsed();
  const said: string[] = [];
  const left = [...failures];
  let pings = 0;
  const ping = async () => {
    pings += 1;
    const error = left.shift() ?? thenAlways;
    if (error) throw error;
  };
  const sleep = async (ms: number) => clock.advance(ms);
  const message = await reachDatabase({ ping }, { clock, sleep, say: (line) => said.push(line) }).then(
    () => null,
    (error: Error) => error.message,
  );
  return { message, said, pings, waitedMs: clock.elapsed() - began };
}

test('a database that answers is not waited for', async () => {
  expect(await reach([])).toEqual({ message: null, said: [], pings: 1, waitedMs: 0 });
});

test('one that is still starting is waited for, which is said once', async () => {
  const { message, said, pings } = await reach([REFUSED, STARTING, SLOW, STARTING]);
  expect([message, pings]).toEqual([null, 5]);
  expect(said).toEqual([expect.stringContaining('does not answer yet (connect ECONNREFUSED 127.0.0.1:5432)')]);
});

test('one that never comes is given up after twenty seconds, in words an operator can act on', async () => {
  const { message, waitedMs } = await reach([], REFUSED);
  expect(message).toMatch(/^DATABASE_URL does not lead .*: connect ECONNREFUSED 127.0.0.1:5432. Check host, port/);
  expect(waitedMs).toBe(20_000);
});

test.each([
  ['a wrong password', failure('28P01', 'password authentication failed for user "somebody"', false)],
  ['a database that is not there', failure('3D000', 'database "books" does not exist', false)],
  ['a host that nobody has', failure('ENOTFOUND', 'getaddrinfo ENOTFOUND none.invalid')],
])('%s is told at once', async (_name, error) => {
  expect(await reach([error])).toMatchObject({ message: expect.stringContaining('DATABASE_URL'), pings: 1, said: [] });
});

test('a password in the reason is told to nobody', async () => {
  const { message, said } = await reach([], failure('ECONNREFUSED', `cannot reach ${URL_OF_SOMEBODY}`));
  expect(`${message} ${said.join()}`).not.toContain('secret-word');
  expect(message).toContain('cannot reach');
});
