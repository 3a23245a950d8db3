import { hostname } from 'node:os';
import { pino, type DestinationStream } from 'pino';
import type { BuildInfo } from '../build-info.js';
import type { EventName } from './events.js';

/** The fields of one log line. */
export interface LogFields {
  readonly event: EventName;
  readonly [field: string]: unknown;
}

/** Writes one line. The type requires an event. */
export type WriteLine = (fields: LogFields, message: string) => void;

/** The logger of the service: pino, restricted so that each line has an event. */
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

/** Values of `logging.level`, from most to least verbose. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of the levels above. */
export type LogLevel = (typeof logLevels)[number];

/** Names of fields that may contain secrets; their values are replaced. */
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

/** Fields of every line of a process. */
export interface BaseFields {
  readonly service: 'rollcall';
  readonly version: string;
  /** The host name. */
  readonly instance: string;
  readonly pid: number;
}

/** Fields of every line of this process. */
export const baseFields = ({ version }: Pick<BuildInfo, 'version'>, pid: number): BaseFields => ({
  service: 'rollcall',
  version,
  instance: hostname(),
  pid,
});

/**
 * Creates the logger: JSON lines with RFC 3339 times, and secrets masked at every level.
 * @param level the initial level; change it with `logger.level`
 * @param destination standard output by default
 * @param base fields of every line
 */
export const createLogger = (level: LogLevel, destination?: DestinationStream, base?: BaseFields): Logger => {
  const options = {
    level,
    base: base ?? null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '********' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
