import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/app-error.ts';

/** Paths of programs; a page or a file that is asked for in a wrong way is not found, as before. */
const API_PATHS = /^\/(api|v1|anthropic|ollama)\//;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PATH_LENGTH_SHOWN_MAX = 200;

/** Where a route's URL is, as a pattern of paths: `:id` stands for one step, `*` for all that follow. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replace(/:\w+|\*/g, (part) => (part === '*' ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`);
}

function notAllowed(method: string, path: string, allowed: readonly string[]): AppError {
  const ways =
    allowed.length === 1 ? `${allowed[0]} is` : `${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)} are`;
  return new AppError('method_not_allowed', {
    message: `${method} is not allowed at ${path.slice(0, PATH_LENGTH_SHOWN_MAX)}: ${ways}.`,
  });
}

/**
 * Answers 405 with `Allow` where a path of the API is there for other methods than the one it was asked with, in the error shape of that
 * path. It has to stand before the routes it is to know of, and after what answers OPTIONS.
 */
export function registerAllowedMethods(app: FastifyInstance): void {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    if (!API_PATHS.test(url)) return;
    const route = known.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    known.set(url, route);
    for (const each of [method].flat()) route.methods.add(each);
  });
  // Before the body is read, which may be of a kind that is understood nowhere.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0] ?? '';
    const there = [...known.values()].filter(({ pattern }) => pattern.test(path));
    const allowed = METHODS.filter((method) => there.some(({ methods }) => methods.has(method)));
    if (allowed.length === 0 || allowed.includes(request.method)) return done();
    reply.header('allow', allowed.join(', '));
    done(notAllowed(request.method, path, allowed));
  });
}
