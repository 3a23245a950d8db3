import { hostname } from 'node:os';
import { pino, type DestinationStream } from 'pino';
import type { BuildInfo } from '../build-info.js';
import type { EventName } from './events.js';

/** The fields of one log line. */
export interface LogFields {
  readonly event: EventName;
  readonly [field: string]: unknown;
}

/** Writes one line; without an event it does not compile. */
export type WriteLine = (fields: LogFields, message: string) => void;

/** What the service logs with: pino, narrowed so that each line names its event. */
export interface Logger {
  level: string;
  isLevelEnabled(level: LogLevel): boolean;
  child(fields: Readonly<Record<string, unknown>>, options?: { readonly level?: string }): Logger;
  debug: WriteLine;
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
  fatal: WriteLine;
}

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

/** The fields that every line of one process has. */
export interface BaseFields {
  readonly service: 'rollcall';
  readonly version: string;
  /** The name of the host. */
  readonly instance: string;
  readonly pid: number;
}

/** The fields that every line of this process has. */
export const baseFields = ({ version }: Pick<BuildInfo, 'version'>, pid: number): BaseFields => ({
  service: 'rollcall',
  version,
  instance: hostname(),
  pid,
});

/**
 * Creates the logger: JSON lines with a time in RFC 3339, secrets masked at every level.
 * @param level the first level; later changes go through `logger.level`
 * @param destination where lines go; standard output when absent
 * @param base fields of every line
 */
export const createLogger = (level: LogLevel, destination?: DestinationStream, base?: BaseFields): Logger => {
  const options = {
    level,
    base: base ?? null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '********' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
