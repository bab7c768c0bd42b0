import { TASKS } from '@q/assistant/analysis';
import { z } from 'zod';

const id = z.string().min(1).max(100);

/** The body of `POST /api/v1/feedback`. */
export const feedbackRequestSchema = z
  .strictObject({
    message_id: id.optional().describe('An answer in a chat of yours'),
    call_id: id.optional().describe('A call of yours; `task` has to say what it was for'),
    task: z.enum(TASKS).optional(),
    kind: z
      .enum(['up', 'down', 'none', 'stars', 'copied', 'regenerated'])
      .describe('`none` takes a thumb back; `regenerated` is asking another model for the same answer'),
    stars: z.int().min(1).max(5).optional(),
  })
  .refine(({ message_id, call_id }) => (message_id === undefined) !== (call_id === undefined), {
    message: 'one of `message_id` and `call_id` is needed',
    path: ['message_id'],
  })
  .refine(({ kind, stars }) => (kind === 'stars') === (stars !== undefined), {
    message: 'goes with the kind `stars`',
    path: ['stars'],
  });

export type FeedbackRequest = z.infer<typeof feedbackRequestSchema>;

/** The answer of `POST /api/v1/feedback`. */
export const feedbackSchema = z.object({
  model_id: z.string(),
  task: z.enum(TASKS),
  kind: z.string(),
});

/** The body of `POST /api/v1/recommendations/:id/selection`. */
export const selectionRequestSchema = z.strictObject({ model_id: z.string().min(1).max(200) });
