import { useRef } from 'react';
import { api } from '../../lib/api-client.ts';
import { randomId } from '../../lib/random-id.ts';

/**
 * Sends what moves money. The same attempt keeps its idempotency key until it has an answer, so that a lost answer is never
 * booked twice; a password is no part of what is compared. Throws ApiError.
 */
export function useOnce(): <T>(path: string, body: object, password: string) => Promise<T> {
  const attempt = useRef<{ asked: string; key: string } | null>(null);
  return async <T>(path: string, body: object, password: string) => {
    const asked = JSON.stringify([path, body]);
    if (attempt.current?.asked !== asked) attempt.current = { asked, key: randomId() };
    const answer = await api<T>(path, {
      method: 'POST',
      body: password === '' ? body : { ...body, password },
      headers: { 'idempotency-key': attempt.current.key },
    });
    attempt.current = null;
    return answer;
  };
}
