/** What may be wrong with a configuration; stable, shown to operators and over HTTP. */
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
  | 'more_faults';

/** A place in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One issue: which key, in which file (or which environment variable), and what is expected there. Secrets are masked. */
export interface ConfigIssue extends Partial<Position> {
  /** Dotted key; null when the issue is about a whole file. */
  readonly key: string | null;
  /** File name within the configuration directory, a mounted secret's path, or the name of an environment variable. */
  readonly file: string | null;
  readonly code: ConfigIssueCode;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** One line about a issue, for terminals and logs: `local.yaml:3:12: docs.enabled: must be …`. */
export const describeIssue = ({ key, file, line, column, code, message, suggestion }: ConfigIssue): string => {
  const place = line === undefined || column === undefined ? '' : `:${String(line)}:${String(column)}`;
  const where = [file === null ? null : `${file}${place}`, key].filter((part) => part !== null).join(': ');
  return `${where === '' ? '' : `${where}: `}${message} (${code})${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
};

/** A configuration that cannot be used, with every issue in it; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly issues: readonly ConfigIssue[]) {
    super(issues.map(describeIssue).join('\n'));
  }
}
