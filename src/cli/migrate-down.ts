import type { Database } from '../database/database.js';
import { destroysData, planDown, revertMigrations, type DownStep, type DataLoss } from '../database/migrate-down.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import { confirm } from './confirm.js';
import { migrationFailure } from './migrate.js';
import { writeData, type OutputOptions } from './output.js';
import { withBareDatabase } from './with-database.js';

/** Options of `rollcall migrate down`. */
export interface MigrateDownOptions extends OutputOptions {
  /** Number of migrations, 1 to 999; default 1. */
  readonly steps?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly yesDestroyData?: boolean;
  readonly force?: boolean;
}

const stepsOf = (text: string): number => {
  if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
  throw new CommandError('--steps must be a whole number from 1 to 999', undefined, { code: 'usage' });
};

const described = ({ kind, name, rows }: DataLoss): string => {
  const count = `${rows.toLocaleString('en-GB')} ${rows === 1 ? 'row' : 'rows'}`;
  if (kind === 'table') return `drops the table ${name} with ${count}`;
  return kind === 'column' ? `drops the column ${name}, set in ${count}` : `deletes ${count} of ${name}`;
};

const textOf = (steps: readonly DownStep[]): string =>
  steps
    .map(({ name, losses }) => {
      const lines = losses.length === 0 ? ['drops no table and no column'] : losses.map(described);
      return `${name}\n${lines.map((line) => `  ${line}\n`).join('')}`;
    })
    .join('');

/** @throws {CommandError} if an instance is running */
const assertNotServed = async (db: Database): Promise<void> => {
  const { rows: found } = await db.knex.raw<{ rows: { exists: boolean }[] }>(
    `SELECT to_regclass('instances') IS NOT NULL AS exists`,
  );
  if (found[0]?.exists !== true) return;
  const { rows } = await db.knex.raw<{ rows: { hostname: string; pid: number }[] }>(
    'SELECT hostname, pid FROM instances WHERE lease_until > clock_timestamp() ORDER BY created_at',
  );
  if (rows.length === 0) return;
  const names = rows.map(({ hostname, pid }) => `${hostname} (process ${String(pid)})`).join(', ');
  throw new CommandError(`an instance is running on this database: ${names}; stop it first, or use --force`);
};

/** @throws {CommandError} if the operator does not confirm, or an option is missing */
const assertAgreed = async (
  environment: ProcessEnvironment,
  steps: readonly DownStep[],
  options: MigrateDownOptions,
): Promise<void> => {
  const isProduction = environment.env['NODE_ENV'] === 'production';
  if (isProduction && destroysData(steps) && options.yesDestroyData !== true) {
    const message = 'this destroys data: in production, use --yes-destroy-data; nothing was reverted';
    throw new CommandError(message, undefined, { code: 'confirmation_required' });
  }
  if (options.yes === true) return;
  if (environment.stdin.isTTY !== true) {
    const message = 'no terminal to confirm on: use --yes; nothing was reverted';
    throw new CommandError(message, undefined, { code: 'confirmation_required' });
  }
  if (!(await confirm(environment, 'Revert? [y/N] '))) {
    throw new CommandError('nothing was reverted', undefined, { code: 'cancelled' });
  }
};

/**
 * `rollcall migrate down`: reverts the last migration, or `--steps` migrations, after listing what is dropped and
 * asking for confirmation.
 * @throws {CommandError} if an instance is running, the operator does not confirm, or a migration fails
 */
export const migrateDown = (environment: ProcessEnvironment, options: MigrateDownOptions): Promise<number> => {
  const count = stepsOf(options.steps ?? '1');
  return withBareDatabase(
    environment,
    async ({ log }, { db }) => {
      const check = (): Promise<void> => (options.force === true ? Promise.resolve() : assertNotServed(db));
      try {
        await check();
        const steps = await planDown(db.knex, log, count);
        if (steps.length === 0) {
          if (options.json === true) writeData(environment, { reverted: [] });
          else environment.stdout.write('no migration is applied\n');
          return exitCodes.ok;
        }
        if (options.dryRun === true) {
          if (options.json === true) writeData(environment, { dry_run: true, steps });
          else environment.stdout.write(textOf(steps));
          return exitCodes.ok;
        }
        environment.stderr.write(textOf(steps));
        await assertAgreed(environment, steps, options);
        const names = steps.map(({ name }) => name);
        await revertMigrations(db.knex, log, names, { check });
        if (options.json === true) writeData(environment, { reverted: names });
        else environment.stdout.write(names.map((name) => `down\t${name}\n`).join(''));
        return exitCodes.ok;
      } catch (error) {
        throw migrationFailure(error);
      }
    },
    'optional',
  );
};
