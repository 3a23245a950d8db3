import type { ProcessEnvironment } from '../../server/process/environment.js';
import type { ImportSummary, RejectedRecord } from './import-batches.js';

/** Faults that are printed; the others are counted. */
const printedFaults = 20;

const grouped = (count: number): string => count.toLocaleString('en-GB');

/** One fault of one record, in JSON. */
interface FaultEntry {
  readonly line: number;
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Collects the faults of an import: the first ones are shown, all are counted. */
export class ImportReport {
  readonly #entries: FaultEntry[] = [];
  #faults = 0;
  #taken = 0;

  /** @param print whether to print faults as they are found */
  constructor(
    private readonly environment: ProcessEnvironment,
    private readonly name: string,
    private readonly print: boolean,
  ) {}

  /** Takes the faults of one record. */
  add({ line, faults }: RejectedRecord): void {
    for (const { path, code, message } of faults) {
      this.#faults += 1;
      if (code === 'username_taken') this.#taken += 1;
      if (this.#entries.length >= printedFaults) continue;
      this.#entries.push({ line, path, code, message });
      if (!this.print) continue;
      const subject = path === '' ? 'record' : path;
      this.environment.stdout.write(`${this.name}:${String(line)}: ${subject} ${message} (${code})\n`);
    }
  }

  /** What is said after the faults that were printed: how many more there are, and what may help. */
  finish(): void {
    const hidden = this.#faults - this.#entries.length;
    if (this.print && hidden > 0) this.environment.stdout.write(`… and ${grouped(hidden)} more\n`);
    if (this.#taken > 0) {
      const names = this.#taken === 1 ? '1 username is' : `${grouped(this.#taken)} usernames are`;
      this.environment.stderr.write(`${names} taken; use --skip-existing to skip accounts that exist\n`);
    }
  }

  /** The summary for `--json`. */
  toJson({ records, imported, skipped, refused }: ImportSummary, isDryRun: boolean, seconds: number): object {
    return {
      ...{ dry_run: isDryRun, records, imported, skipped, refused, seconds: Number(seconds.toFixed(3)) },
      ...{ faults: this.#faults, first_faults: this.#entries },
    };
  }
}

/** The summary in one line. */
export const summaryOf = (summary: ImportSummary, isDryRun: boolean, seconds: number): string => {
  const { records, imported, skipped, refused } = summary;
  const facts = [
    `${grouped(records)} records`,
    `${grouped(imported)} ${isDryRun ? 'can be imported' : 'imported'}`,
    `${grouped(skipped)} skipped`,
    `${grouped(refused)} refused`,
    `${seconds.toFixed(1)} s`,
    `${grouped(Math.round(records / Math.max(seconds, 0.001)))}/s`,
  ];
  return `${facts.join(', ')}\n`;
};
