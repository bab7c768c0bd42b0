import { type Logger, pino } from 'pino';

/** Patterns of secrets that must never reach a log line, whatever field they come in. */
const SECRET_PATTERNS =
  /(qm_live_[0-9A-Za-z]{8,}|sk-[A-Za-z0-9_-]{8,}|AIza[0-9A-Za-z_-]{20,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|Bearer\s+[^\s"']+|([?&])(key|token|api_key|access_token)=[^&\s"']+|postgres(?:ql)?:\/\/[^\s"'@]*@)/gi;

/** Replaces everything that looks like a key, token or password in `text` by `[redacted]`. */
export function redactSecrets(text: string): string {
  return text.replace(SECRET_PATTERNS, '[redacted]');
}

const REDACTED_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'key',
  'api_key',
  'secret',
];

/** A JSON logger. Secrets are removed by field name and by value; CR and LF are escaped by JSON itself. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const sink = { write: (line: string) => void (destination ?? process.stdout).write(redactSecrets(line)) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: REDACTED_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
    },
    sink,
  );
}

export type { Logger };
