import { z } from 'zod';

/** `GET /api/v1/admin/providers`: how the server that answers finds its providers. Never a key, nor a part of one. */
export const providerStateListSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      available: z.boolean(),
      reason: z.string().nullable().describe('What the operator has to do, when it is not available'),
      models: z.int().describe('Models that it serves here now, as their own provider or in the place of another'),
      keys: z.int().describe('Keys of this marketplace for it'),
      keys_resting: z.int().describe('Keys that are left alone for a while: refused, or called too often'),
      circuit: z
        .enum(['closed', 'open'])
        .describe('`open`: it has failed several times in a row; others are tried before it'),
    }),
  ),
});

export type ProviderStateList = z.infer<typeof providerStateListSchema>;
