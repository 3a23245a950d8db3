/** Fields of a log message. */
export interface LogFields {
  /** Identifies the message; stable, unlike its text. */
  readonly event:
    | 'embedded_database.copied'
    | 'embedded_database.created'
    | 'embedded_database.exited'
    | 'embedded_database.moved'
    | 'embedded_database.other_version'
    | 'embedded_database.password_replaced'
    | 'embedded_database.started'
    | 'embedded_database.temporary_started'
    | 'embedded_database.waiting';
  readonly [field: string]: unknown;
}

type LogMethod = (fields: LogFields, message: string) => void;

/** Receives log messages; loggers such as pino fit. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** Discards all messages. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
