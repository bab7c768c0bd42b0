/** The roles of people, weakest first. */
export type Role = 'user' | 'publisher' | 'analyst' | 'admin';

/** What an API key may do. */
export type Permission = 'inference' | 'read' | 'manage';

/** Who is asking: a signed-in person or one of their API keys. */
export interface Caller {
  userId: string;
  role: Role;
  /** The session of an access token; null for an API key. */
  sessionId: string | null;
  /** The API key, with its daily limit in nano-dollars; null for a session. */
  apiKey: { id: string; permissions: readonly Permission[]; dailyLimitNano: bigint | null } | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook of the route; null on public routes. */
    caller: Caller | null;
  }
}
