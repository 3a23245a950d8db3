import type { Database } from '../../database/database.js';
import { allRoleNames } from '../../models/accounts/user-import.js';
import { UserImportRun } from '../../models/accounts/user-import-run.js';
import { checkSecrets } from '../../server/startup/check-secrets.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliDetails } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { withDatabase } from '../with-database.js';
import { emptyPasswordFinder } from './empty-passwords.js';
import { importBatches } from './import-batches.js';
import { ImportReport, summaryOf } from './import-report.js';
import { hashOf, withSource, type ImportSource } from './import-source.js';
import { showProgress } from './progress.js';
import { formatOf, type FileFormat } from './file-format.js';
import { readRecords } from './records.js';

/** Options of `rollcall users import`. */
export interface ImportOptions extends OutputOptions {
  readonly format?: string;
  /** Validates every record and changes nothing. */
  readonly dryRun?: boolean;
  /** Records whose username is taken are skipped instead of rejected. */
  readonly skipExisting?: boolean;
  /** Skips the comparison of each hash with the empty password, which takes as long as a login. */
  readonly trustHashes?: boolean;
}

/** Returns a signal that SIGINT or SIGTERM aborts. */
const onInterrupt = (environment: ProcessEnvironment): { readonly signal: AbortSignal; release(): void } => {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  const releases = [environment.onSignal('SIGINT', stop), environment.onSignal('SIGTERM', stop)];
  return { signal: controller.signal, release: () => releases.forEach((release) => release()) };
};

/** Returns the import run of a file. Prints a message if it resumes an interrupted run. */
const runOf = async (environment: ProcessEnvironment, db: Database, path: string): Promise<UserImportRun> => {
  const run = await UserImportRun.begin(db.knex, await hashOf(path));
  if (run.recordsDone > 0) {
    const done = run.recordsDone.toLocaleString('en-GB');
    environment.stderr.write(`resuming after ${done} records of an interrupted run\n`);
  }
  return run;
};

const importSource = (
  environment: ProcessEnvironment,
  source: ImportSource,
  format: FileFormat,
  options: ImportOptions,
): Promise<number> =>
  withDatabase(
    environment,
    async ({ config, clock, log }, { db }) => {
      const { dryRun: isDryRun = false, json = false } = options;
      await checkSecrets({ db, log, settings: config.current, record: !isDryRun });
      const { pepper, previousPeppers } = config.current.password;
      const run = isDryRun ? undefined : await runOf(environment, db, source.path);
      const interrupt = onInterrupt(environment);
      const startedAtMs = clock.monotonicMs();
      const progress = showProgress({ environment, clock, total: source.size });
      const report = new ImportReport(environment, source.name, !json);
      try {
        const summary = await importBatches({
          db,
          run,
          records: readRecords(source.path, format, source.name),
          context: { roles: await allRoleNames(db.knex), peppers: [pepper, ...previousPeppers], now: clock.now() },
          skipExisting: options.skipExisting === true,
          details: cliDetails(environment),
          findEmptyPasswords: options.trustHashes === true ? async () => new Set() : emptyPasswordFinder(config),
          signal: interrupt.signal,
          progress,
          report: (record) => {
            report.add(record);
          },
        });
        if (summary.isComplete) await run?.finish(db.knex, clock.now());
        progress.stop();
        report.finish();
        if (!summary.isComplete) environment.stderr.write('stopped; run the same command again to resume\n');
        const seconds = (clock.monotonicMs() - startedAtMs) / 1000;
        if (json) {
          writeData(environment, { ...report.toJson(summary, isDryRun, seconds), complete: summary.isComplete });
        } else if (summary.isComplete) {
          environment.stdout.write(summaryOf(summary, isDryRun, seconds));
        }
        return summary.isComplete && summary.rejected === 0 ? exitCodes.ok : exitCodes.failed;
      } finally {
        progress.stop();
        interrupt.release();
      }
    },
    { secrets: true },
  );

/**
 * `rollcall users import <file>`: creates the accounts of an NDJSON or CSV file, or of standard input for `-`, in batches.
 * Invalid records are rejected, the others are imported. An interrupted run is resumed by the same command.
 * @returns 0 if every record was imported or skipped, 1 if some were rejected or the run was stopped
 * @throws {CommandError} if the file cannot be read or its header is invalid
 */
export const importUsers = (environment: ProcessEnvironment, file: string, options: ImportOptions): Promise<number> => {
  const format = formatOf(file, options.format);
  return withSource(environment, file, (source) => importSource(environment, source, format, options));
};
