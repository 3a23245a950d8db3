/** Codes of configuration errors. They are stable: operators see them, and the API returns them. */
export type ConfigIssueCode =
  | 'unknown_key'
  | 'forbidden_key'
  | 'duplicate_key'
  | 'wrong_type'
  | 'out_of_range'
  | 'broken_template'
  | 'conflict'
  | 'secret_missing'
  | 'file_missing'
  | 'empty_document'
  | 'unparsable'
  | 'too_large'
  | 'not_a_file'
  | 'unreadable'
  | 'binary'
  | 'unstable'
  | 'subscriber_failed'
  | 'more_faults'
  | 'pinned_by_environment'
  | 'needs_restart'
  | 'is_secret'
  | 'files_only'
  | 'too_many';

/** A position in a file, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One error in a configuration; secrets are masked. */
export interface ConfigIssue extends Partial<Position> {
  /** Dotted key; null if the error concerns the whole file. */
  readonly key: string | null;
  /** File name within the configuration directory, path of a mounted secret, or name of an environment variable. */
  readonly file: string | null;
  readonly code: ConfigIssueCode;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** Formats an error as one line for terminals and logs: `local.yaml:3:12: docs.enabled: must be …`. */
export const describeIssue = ({ key, file, line, column, code, message, suggestion }: ConfigIssue): string => {
  const place = line === undefined || column === undefined ? '' : `:${String(line)}:${String(column)}`;
  const where = [file === null ? null : `${file}${place}`, key].filter((part) => part !== null).join(': ');
  return `${where === '' ? '' : `${where}: `}${message} (${code})${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
};

/** An invalid configuration. The message has one line per error. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly issues: readonly ConfigIssue[]) {
    super(issues.map(describeIssue).join('\n'));
  }
}
