import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../testing/test-app.ts';
import { PUBLIC_ROUTES } from './route-policy.ts';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

test('R37 without credentials the whole server answers 401 everywhere but on the listed routes', async () => {
  const description = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
  const open: string[] = [];
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const method of Object.keys(methods)) {
      const url = `${server.url}${path.replaceAll(/\{[^}]+\}/g, 'x')}`;
      const hasBody = !['get', 'delete'].includes(method);
      const answer = await fetch(url, {
        method: method.toUpperCase(),
        ...(hasBody ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}),
      });
      await answer.arrayBuffer();
      if (answer.status !== 401) open.push(`${method.toUpperCase()} ${path.replaceAll(/\{([^}]+)\}/g, ':$1')}`);
    }
  }
  const unlisted = open.filter((route) => {
    const isOperations = /^GET \/(healthz|readyz|docs)/.test(route);
    return !isOperations && ![...PUBLIC_ROUTES].some((name) => name.replace('*', ':*') === route || name === route);
  });
  expect(unlisted).toEqual([]);
  expect(open.length).toBeGreaterThan(5);
});

test('R37 every name on the list is a route that exists', () => {
  const missing = [...PUBLIC_ROUTES].filter((name) => {
    const [method = '', url = ''] = name.split(' ');
    return !server.app.http.hasRoute({ method: method as 'GET', url });
  });
  expect(missing).toEqual([]);
});
