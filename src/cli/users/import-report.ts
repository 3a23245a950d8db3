import type { ProcessEnvironment } from '../../server/process/environment.js';
import type { ImportSummary, RejectedRecord } from './import-batches.js';

/** Maximum number of printed errors; the others are counted. */
const maxPrintedErrors = 20;

const grouped = (count: number): string => count.toLocaleString('en-GB');

/** One error of one record, in JSON. */
interface ErrorEntry {
  readonly line: number;
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Collects the errors of an import. All are counted, and the first ones are shown. */
export class ImportReport {
  readonly #entries: ErrorEntry[] = [];
  #errors = 0;
  #taken = 0;

  /** @param print whether to print errors as they are found */
  constructor(
    private readonly environment: ProcessEnvironment,
    private readonly name: string,
    private readonly print: boolean,
  ) {}

  /** Adds the errors of one record. */
  add({ line, errors }: RejectedRecord): void {
    for (const { path, code, message } of errors) {
      this.#errors += 1;
      if (code === 'username_taken') this.#taken += 1;
      if (this.#entries.length >= maxPrintedErrors) continue;
      this.#entries.push({ line, path, code, message });
      if (!this.print) continue;
      const subject = path === '' ? 'record' : path;
      this.environment.stdout.write(`${this.name}:${String(line)}: ${subject} ${message} (${code})\n`);
    }
  }

  /** Prints how many errors were not printed, and suggests `--skip-existing` if usernames are taken. */
  finish(): void {
    const hidden = this.#errors - this.#entries.length;
    if (this.print && hidden > 0) this.environment.stdout.write(`… and ${grouped(hidden)} more\n`);
    if (this.#taken > 0) {
      const names = this.#taken === 1 ? '1 username is' : `${grouped(this.#taken)} usernames are`;
      this.environment.stderr.write(`${names} taken; use --skip-existing to skip accounts that exist\n`);
    }
  }

  /** The summary for `--json`. */
  toJson({ records, imported, skipped, rejected }: ImportSummary, isDryRun: boolean, seconds: number): object {
    return {
      ...{ dry_run: isDryRun, records, imported, skipped, refused: rejected, seconds: Number(seconds.toFixed(3)) },
      ...{ faults: this.#errors, first_faults: this.#entries },
    };
  }
}

/** The summary in one line. */
export const summaryOf = (summary: ImportSummary, isDryRun: boolean, seconds: number): string => {
  const { records, imported, skipped, rejected } = summary;
  const facts = [
    `${grouped(records)} records`,
    `${grouped(imported)} ${isDryRun ? 'can be imported' : 'imported'}`,
    `${grouped(skipped)} skipped`,
    `${grouped(rejected)} refused`,
    `${seconds.toFixed(1)} s`,
    `${grouped(Math.round(records / Math.max(seconds, 0.001)))}/s`,
  ];
  return `${facts.join(', ')}\n`;
};
