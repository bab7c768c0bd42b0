import {
  reviewedModelParamsSchema,
  reviewListSchema,
  reviewParamsSchema,
  reviewQuerySchema,
  reviewRequestSchema,
  reviewSchema,
} from '@q/contract/reviews';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requirePermission } from '../../http/authorize.ts';
import { contextOf } from '../../http/request-context.ts';
import type { HttpServer } from '../../http/server.ts';
import type { Reviews } from './service.ts';

interface Deps {
  reviews: Reviews;
  authenticate: Authenticate;
}

/** Names of models may have a slash. It is written escaped (`:model` is then one part) or as it is. */
const MODELS = [
  { path: '/api/v1/models/:provider/:model', hide: false },
  { path: '/api/v1/models/:provider/:owner/:model', hide: true },
] as const;

type ModelPath = (typeof MODELS)[number];

const TAGS = { tags: ['Reviews'] };

function modelIdOf({
  provider,
  owner,
  model,
}: {
  provider: string;
  owner?: string | undefined;
  model: string;
}): string {
  return owner === undefined ? `${provider}/${model}` : `${provider}/${owner}/${model}`;
}

function keyOf(params: Parameters<typeof modelIdOf>[0] & { id: string }) {
  return { id: params.id, modelId: modelIdOf(params) };
}

/** Who reads; null for anybody, and for a key that may not look at its account. */
function readerOf({ caller }: FastifyRequest): string | null {
  if (!caller || (caller.apiKey && !caller.apiKey.permissions.includes('read'))) return null;
  return caller.userId;
}

function registerList(app: HttpServer, { path, hide }: ModelPath, { reviews, authenticate }: Deps): void {
  app.get(
    `${path}/reviews`,
    {
      onRequest: [authenticate.optional],
      schema: {
        ...TAGS,
        hide,
        summary: 'Reviews of a model',
        description:
          'Readable without an account; with credentials `own`, `may_review`, `mine` and `voted` are about the caller. A slash in the name of the model may be written `%2F` or as it is.',
        security: [],
        params: reviewedModelParamsSchema,
        querystring: reviewQuerySchema,
        response: { 200: reviewListSchema },
      },
    },
    async (request) => reviews.list(modelIdOf(request.params), readerOf(request), request.query),
  );
}

function registerWriting(app: HttpServer, { path, hide }: ModelPath, { reviews, authenticate }: Deps): void {
  const guard = { onRequest: [authenticate.required], preHandler: [requirePermission('manage')] };
  app.post(
    `${path}/reviews`,
    {
      ...guard,
      schema: {
        ...TAGS,
        hide,
        summary: 'Review a model you have used',
        description: '403 when no call of yours on it has been answered; 409 when you have reviewed it already.',
        params: reviewedModelParamsSchema,
        body: reviewRequestSchema,
        response: { 201: reviewSchema },
      },
    },
    async (request, reply) => {
      const review = await reviews.write(modelIdOf(request.params), callerOf(request).userId, request.body);
      return reply.status(201).send(review);
    },
  );
  app.put(
    `${path}/reviews/:id`,
    {
      ...guard,
      schema: {
        ...TAGS,
        hide,
        summary: 'Change your review',
        params: reviewParamsSchema,
        body: reviewRequestSchema,
        response: { 200: reviewSchema },
      },
    },
    async (request) => reviews.edit(keyOf(request.params), callerOf(request).userId, request.body),
  );
  app.delete(
    `${path}/reviews/:id`,
    {
      ...guard,
      schema: {
        ...TAGS,
        hide,
        summary: 'Delete your review',
        description: 'Administrators may delete any; the audit log tells of it.',
        params: reviewParamsSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await reviews.remove(keyOf(request.params), callerOf(request), contextOf(request));
      return reply.status(204).send(null);
    },
  );
}

function registerVotes(app: HttpServer, { path, hide }: ModelPath, { reviews, authenticate }: Deps): void {
  const guard = { onRequest: [authenticate.required], preHandler: [requirePermission('manage')] };
  const params = reviewParamsSchema;
  app.post(
    `${path}/reviews/:id/helpful`,
    {
      ...guard,
      schema: {
        ...TAGS,
        hide,
        summary: 'Say that a review helped you',
        description: 'Counts once for each person; not for one’s own review (403).',
        params,
        response: { 200: reviewSchema },
      },
    },
    async (request) => reviews.markHelpful(keyOf(request.params), callerOf(request).userId),
  );
  app.delete(
    `${path}/reviews/:id/helpful`,
    {
      ...guard,
      schema: { ...TAGS, hide, summary: 'Take that back', params, response: { 200: reviewSchema } },
    },
    async (request) => reviews.unmarkHelpful(keyOf(request.params), callerOf(request).userId),
  );
}

/** `/api/v1/models/…/reviews`: what people say of models they have used. */
export function registerReviewRoutes(app: HttpServer, deps: Deps): void {
  for (const model of MODELS) {
    registerList(app, model, deps);
    registerWriting(app, model, deps);
    registerVotes(app, model, deps);
  }
}
