import { CommanderError } from 'commander';
import { classifyDatabaseError } from '../database/classify-error.js';
import { AppError } from '../errors/app-error.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../server/process/environment.js';

/** An error with `--json`: the value of `error`. */
export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

/** Thrown after an error has interrupted a list. The error is already part of the JSON document. */
export class ListInterrupted extends Error {
  override readonly name = 'ListInterrupted';
}

/** An error as it is shown to the user. */
export interface Failure {
  readonly exitCode: number;
  /** For standard error, after `rollcall: `. */
  readonly text: string;
  readonly document: ErrorDocument;
}

/** Codes with which Commander reports that it has printed the help or the version, which is not an error. */
const written: ReadonlySet<string> = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

/** Commander writes its suggestions on a second line. */
const usageText = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*)\)$/s, (_match, suggestion: string) => `; ${suggestion.replace('Did', 'did')}`);

const ofApp = ({ code, detail: text, errors }: AppError): Failure => {
  const faults = errors?.map((each) => each.message).join('; ');
  return {
    exitCode: exitCodes.failed,
    text: faults === undefined ? text : `${text}: ${faults}`,
    document: { code, message: text, ...(errors && { details: errors }) },
  };
};

/** Describes an error in one line, or with its stack if it is a bug. */
export const describeFailure = (error: unknown): Failure => {
  if (error instanceof ListInterrupted) return describeFailure(error.cause);
  if (error instanceof CommandError) {
    const { exitCode, message, code, details } = error;
    return { exitCode, text: message, document: { code, message, ...(details !== undefined && { details }) } };
  }
  if (error instanceof CommanderError) {
    const message = usageText(error.message);
    return { exitCode: error.exitCode, text: message, document: { code: 'usage', message } };
  }
  if (error instanceof AppError && error.cause === undefined) return ofApp(error);
  const kind = classifyDatabaseError(error);
  const message = error instanceof Error ? error.message : String(error);
  if (kind !== null) {
    const text = `the database failed (${kind}): ${message.replace(/\s+/g, ' ')}`;
    return { exitCode: exitCodes.failed, text, document: { code: 'database_error', message: text } };
  }
  if (error instanceof AppError) return ofApp(error);
  const text = error instanceof Error ? (error.stack ?? message) : message;
  return { exitCode: exitCodes.failed, text, document: { code: 'internal_error', message } };
};

/** Whether the command line asks for JSON, also when it cannot be parsed otherwise. */
const wantsJson = ({ argv }: ProcessEnvironment): boolean => {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
};

/**
 * Reports why a command failed: on standard error, and with `--json` also as a document on standard output.
 * @returns the exit code
 */
export const reportFailure = (environment: ProcessEnvironment, error: unknown): number => {
  if (error instanceof CommanderError && written.has(error.code)) return error.exitCode;
  const { exitCode, text, document } = describeFailure(error);
  environment.stderr.write(`rollcall: ${text}\n`);
  if (wantsJson(environment) && !(error instanceof ListInterrupted)) {
    environment.stdout.write(`${JSON.stringify({ error: document }, null, 2)}\n`);
  }
  return exitCode;
};
