import type { Clock } from '../../lib/clock.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Audit } from '../audit/service.ts';
import type { Background } from './background.ts';
import type { PasswordCheck } from './password-check.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { SessionAccessCache } from './session-access.ts';
import type { Sessions } from './sessions.ts';
import type { UserRow } from './user-store.ts';

/** What accounts need from the rest of the server. */
export interface AccountsDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  audit: Audit;
  hasher: PasswordHasher;
  mailer: Mailer;
  /** Signs access tokens; 32 bytes. */
  accessTokenKey: Uint8Array;
  /** Failed attempts on one account from one address before delays begin. */
  signInPer10s: number;
  /** The address people use, without a slash at the end; links in mails start with it. */
  publicUrl(): string;
  /** Nano-dollars a person has. */
  balanceOf(userId: string): Promise<bigint>;
  /** Called in the transaction that stores a new person. */
  onRegistered(tx: Queryable, userId: string): Promise<void>;
}

/** The parts of this feature that its other parts use. */
export interface PartsBeforeRecovery extends AccountsDeps {
  sessions: Sessions;
  access: SessionAccessCache;
  passwordCheck: PasswordCheck;
  background: Background;
  /** To be called after role, status or password of somebody changed: their next request looks at the database. */
  accessChanged(userId: string): void;
}

export interface Parts extends PartsBeforeRecovery {
  /** Mails the link that confirms an address, in the background. */
  sendVerification(user: UserRow): void;
}
