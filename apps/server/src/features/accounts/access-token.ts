import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../lib/clock.ts';

const ALGORITHM = 'HS256';
/** RFC 9068: says that this is an access token, so that no other kind of token can be passed off as one. */
const TYPE = 'at+jwt';
const ISSUER = 'q-marketplace';
const AUDIENCE = 'q-marketplace-api';

/** How long an access token lasts. */
const ACCESS_TOKEN_SECONDS = 900;
/** How far the clocks of two servers may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Ours have about 330 characters. */
const TOKEN_LENGTH_MAX = 1_024;
const HEADER_FIELDS = ['alg', 'typ'];

/** What a valid access token says; everything else is read from the session. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

function claimsOf(payload: JWTPayload): AccessClaims | null {
  const sessionId = payload['sid'];
  if (typeof payload.sub !== 'string' || typeof sessionId !== 'string' || payload.exp === undefined) return null;
  return { userId: payload.sub, sessionId, expiresAt: new Date(payload.exp * 1_000) };
}

/** Makes and checks access tokens: JWTs of one algorithm, type, issuer and audience. Nothing in a token chooses how it is checked. */
export function createAccessTokens(deps: { key: Uint8Array; clock: Clock }) {
  const now = () => new Date(deps.clock.now());
  return {
    /** A token for one session, with its life in seconds. */
    async sign(userId: string, sessionId: string): Promise<{ token: string; expiresIn: number }> {
      const issuedAt = Math.floor(deps.clock.now() / 1_000);
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(deps.key);
      return { token, expiresIn: ACCESS_TOKEN_SECONDS };
    },
    /** The claims of a valid token, or null whatever is wrong with it. */
    async verify(token: string): Promise<AccessClaims | null> {
      if (token.length > TOKEN_LENGTH_MAX) return null;
      try {
        const { payload, protectedHeader } = await jwtVerify(token, deps.key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid', 'exp', 'nbf', 'iat'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: now(),
        });
        // A header that names keys or addresses (kid, jku, jwk, x5u …) is not one of ours.
        if (Object.keys(protectedHeader).some((field) => !HEADER_FIELDS.includes(field))) return null;
        return claimsOf(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
        throw error;
      }
    },
  };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;
