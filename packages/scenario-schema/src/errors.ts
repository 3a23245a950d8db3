/** The kit is used or set up incorrectly. The message says how to correct it. */
export class ScenarioSchemaError extends Error {
  override readonly name = 'ScenarioSchemaError';
}

/** One thing that a scenario left behind. */
export interface Leak {
  /** For example `table`, `rows`, `session`, `transaction`, `advisory lock`, `role` or `setting`. */
  readonly kind: string;
  /** Kind and name of the object and what happened to it, for example `table orders created`. */
  readonly message: string;
  /** The statement of this process that did it, with its place, if it is known. */
  readonly statement?: string;
}

/** How messages name the work that has a lease, such as `scenario` or `test`. */
export type Unit = 'scenario' | 'test';

/** Describes one leak. */
export const leakText = ({ message, statement }: Leak): string =>
  statement === undefined ? message : `${message} (${statement})`;

/**
 * What a scenario left behind. Its schema was discarded. What could not be removed or restored outside of the schema may still affect
 * later scenarios.
 */
export class LeakError extends Error {
  override readonly name = 'LeakError';

  constructor(
    readonly leaks: readonly Leak[],
    unit: Unit = 'scenario',
  ) {
    super(`The ${unit} left behind: ${leaks.map(leakText).join('; ')}.`);
  }
}

/** The message of an error, or the text of another value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the server or the network has ended a connection. */
export const isLostConnection = (error: unknown): boolean =>
  /terminat(?:ed|ing) (?:unexpectedly|connection)|ECONNRESET|server closed the connection/i.test(messageOf(error));

/** The SQLSTATE or system code of an error. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether a statement has failed because another session holds a lock. */
export const isLocked = (error: unknown): boolean => codeOf(error) === '55P03' || codeOf(error) === '40P01';
