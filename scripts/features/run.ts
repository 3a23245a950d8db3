/**
 * `npm run features`: runs the scenarios, each with a separate schema and app. `--help` shows the options.
 * Exit 0 if all passed, 1 if one did not (undefined, pending and skipped included), 2 if nothing could be run.
 */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunParameters } from '../../features/support/run/parameters.js';
import { createPlan, runScenarios, workersFor } from './cucumber.js';
import { connectTo, openDatabase, type FeatureDatabase } from './database.js';
import { markDatabase } from './marker.js';
import { isWhole, readOptions, usage, UsageError, type RunOptions } from './options.js';
import {
  removeOldReports,
  isolationOf,
  summaryLine,
  readProcessReports,
  writeCoverage,
  writeExamples,
  writeSummary,
  type Summary,
} from './reports.js';
import { waitForInterrupt } from './wait-for-interrupt.js';
import { serverVariable, watchAndRun } from './watch.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

const mark = async (): Promise<number> => {
  const url = process.env['DATABASE_URL'];
  if (url === undefined) throw new UsageError('--mark-database needs the database in DATABASE_URL.');
  const client = await connectTo(url);
  try {
    await markDatabase(client, (text) => {
      console.log(text);
    });
  } finally {
    await client.end();
  }
  return exitCodes.ok;
};

/** An existing database: from the user, which requires the marker, or from a run with `--watch`. */
const externalDatabase = (): { url: string; isTrusted: boolean } | undefined => {
  const [watched, given] = [process.env[serverVariable], process.env['DATABASE_URL']];
  if (watched !== undefined) return { url: watched, isTrusted: true };
  return given === undefined || given === '' ? undefined : { url: given, isTrusted: false };
};

/** The parent of the scenarios' directories, in memory if possible. */
const tempDirectory = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
};

const seedOf = ({ order }: RunOptions): string | null => (order === 'defined' ? null : order.slice('random:'.length));

const runOnce = async (options: RunOptions): Promise<number> => {
  const startedMs = performance.now();
  const baseUrl = process.env['BASE_URL'];
  const directory = resolve(root, options.reports);
  removeOldReports(directory);
  const plan = await createPlan(root, options, baseUrl !== undefined);
  const workers = workersFor(options, plan.scenarios, availableParallelism());
  const run = randomBytes(4).toString('hex');
  const workDirectory = mkdtempSync(join(tempDirectory(), 'rollcall-features-'));
  const removeWorkDirectory = (): void => {
    rmSync(workDirectory, { recursive: true, force: true });
  };
  // The server ends with this process, but its directory would remain.
  process.once('exit', removeWorkDirectory);
  const interrupted = (): never => process.exit(130);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const isRemote = baseUrl !== undefined;
  let keptSchemas = false;
  let database: FeatureDatabase | undefined;
  try {
    if (!isRemote) {
      database = await openDatabase({
        root,
        run,
        env: process.env,
        given: externalDatabase(),
        keepSchemas: () => keptSchemas,
      });
    }
    const mode = options.fresh ? 'fresh' : 'lease';
    const parameters: RunParameters = {
      run,
      root,
      workDirectory,
      ...(database !== undefined && {
        database: { url: database.url, template: database.template, mode, keepFailed: options.keepFailed },
      }),
      ...(isRemote && { baseUrl }),
    };
    const { success, ...counts } = await runScenarios({ root, plan, workers, parameters, reports: options.reports });
    const reports = readProcessReports(workDirectory);
    const summary: Summary = {
      ...counts,
      seed: seedOf(options),
      mode: isRemote ? 'remote' : mode,
      workers,
      isolation: isolationOf(reports),
    };
    writeSummary(directory, summary);
    if (isWhole(options) && !isRemote) {
      writeCoverage(directory, reports);
      writeExamples(directory, reports);
    }
    const kept = reports.flatMap((report) => report.kept);
    keptSchemas = kept.length > 0;
    for (const { scenario, url } of kept) console.log(`schema kept: ${scenario}\n  psql '${url}'`);
    console.log(summaryLine(summary, (performance.now() - startedMs) / 1000));
    if (keptSchemas && externalDatabase() === undefined) await waitForInterrupt();
    return success && counts.failed + counts.skipped === 0 ? exitCodes.ok : exitCodes.failed;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await database?.close();
    removeWorkDirectory();
  }
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return exitCodes.ok;
  }
  if (options.markDatabase) return mark();
  if (options.watch) return watchAndRun(root, options, process.argv.slice(2));
  return runOnce(options);
};

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`features: ${error.message}`);
    process.exitCode = exitCodes.usage;
  } else {
    console.error(error);
    process.exitCode = exitCodes.failed;
  }
}
