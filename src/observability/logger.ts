import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Levels that `logging.level` may name, most talkative first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of the levels above. */
export type LogLevel = (typeof logLevels)[number];

/** Names under which a secret could reach a log line; their values are replaced. */
const secretNames = [
  'password',
  'new_password',
  'current_password',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'secret',
  'passwordHash',
  'password_hash',
  'pepper',
  'previousPeppers',
  'encryptionKey',
];

/**
 * Makes the logger: JSON lines with a time in RFC 3339, secrets masked at every level.
 * @param level the first level; later changes go through `logger.level`
 * @param destination where lines go; standard output when absent
 */
export const createLogger = (level: LogLevel, destination?: DestinationStream): Logger => {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '********' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
