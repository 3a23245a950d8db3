import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { resolve } from 'node:path';
import type { Database } from '../../database/database.js';
import { allRoleNames } from '../../models/user-import.js';
import { UserImportRun } from '../../models/user-import-run.js';
import { checkSecrets } from '../../server/check-secrets.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
import { withDatabase } from '../with-database.js';
import { emptyPasswordFinder } from './empty-passwords.js';
import { importBatches, type ImportSummary } from './import-batches.js';
import { showProgress } from './progress.js';
import { formatOf, readRecords } from './records.js';

/** What may be said of an import. */
export interface ImportOptions {
  readonly format?: string;
  /** Judges every record and changes nothing. */
  readonly dryRun?: boolean;
  /** A name that has an account is passed over, not refused. */
  readonly skipExisting?: boolean;
  /** Hashes are not compared with the empty password, which takes as long as a login for each of them. */
  readonly trustHashes?: boolean;
}

const sizeOf = (path: string): number => {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new StartError(`${path} is not a file`);
    return stat.size;
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new StartError(`${path} cannot be read (${code})`);
  }
};

const hashOf = async (path: string): Promise<Buffer> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest();
};

const grouped = (count: number): string => count.toLocaleString('en-GB');

const summaryOf = (summary: ImportSummary, isDryRun: boolean, seconds: number): string => {
  const { records, imported, skipped, refused } = summary;
  const facts = [
    `${grouped(records)} records`,
    `${grouped(imported)} ${isDryRun ? 'could be imported' : 'imported'}`,
    `${grouped(skipped)} skipped`,
    `${grouped(refused)} refused`,
    `${seconds.toFixed(1)} s`,
    `${grouped(Math.round(records / Math.max(seconds, 0.001)))}/s`,
  ];
  return `${facts.join(', ')}\n`;
};

/** A signal to stop: the batch under way is finished first. */
const onInterrupt = (host: Host): { readonly signal: AbortSignal; release(): void } => {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  const releases = [host.onSignal('SIGINT', stop), host.onSignal('SIGTERM', stop)];
  return { signal: controller.signal, release: () => releases.forEach((release) => release()) };
};

/** The run that a file is gone on with, and what to say about it. */
const runOf = async (host: Host, db: Database, path: string): Promise<UserImportRun> => {
  const run = await UserImportRun.begin(db.knex, await hashOf(path));
  if (run.recordsDone > 0) {
    host.stderr.write(`going on after ${grouped(run.recordsDone)} records, where an earlier run was cut off\n`);
  }
  return run;
};

/**
 * `rollcall users import <file>`: makes the accounts of an NDJSON or CSV file, in batches. Each bad record is told on
 * standard output with its line, and the others are imported. A run that was cut off is gone on with by the same command.
 * @returns 0 when every record was imported or skipped, 1 when some were refused or the run was stopped
 * @throws {StartError} for a file that cannot be read, or whose header is wrong
 */
export const importUsers = (host: Host, file: string, options: ImportOptions): Promise<number> => {
  const path = resolve(host.cwd, file);
  const format = formatOf(path, options.format);
  const total = sizeOf(path);
  return withDatabase(host, async ({ config, clock, log }, { db }) => {
    const isDryRun = options.dryRun === true;
    await checkSecrets({ db, log, settings: config.current, record: !isDryRun });
    const { pepper, previousPeppers } = config.current.password;
    const run = isDryRun ? undefined : await runOf(host, db, path);
    const interrupt = onInterrupt(host);
    const startedAtMs = clock.monotonicMs();
    const progress = showProgress({ host, clock, total });
    try {
      const summary = await importBatches({
        db,
        run,
        records: readRecords(path, format),
        terms: { roles: await allRoleNames(db.knex), peppers: [pepper, ...previousPeppers], now: clock.now() },
        skipExisting: options.skipExisting === true,
        findEmptyPasswords: options.trustHashes === true ? async () => new Set() : emptyPasswordFinder(config),
        signal: interrupt.signal,
        progress,
        report: ({ line, faults }) => {
          for (const { path: at, code, message } of faults) {
            host.stdout.write(`${file}:${String(line)}: ${at === '' ? 'the record' : at} ${message} (${code})\n`);
          }
        },
      });
      if (!summary.isWhole) {
        host.stderr.write('stopped; the same command goes on from here\n');
        return exitCodes.failed;
      }
      await run?.finish(db.knex, clock.now());
      progress.stop();
      host.stdout.write(summaryOf(summary, isDryRun, (clock.monotonicMs() - startedAtMs) / 1000));
      return summary.refused > 0 ? exitCodes.failed : exitCodes.ok;
    } finally {
      progress.stop();
      interrupt.release();
    }
  });
};
