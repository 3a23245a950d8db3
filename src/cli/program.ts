import { Command } from 'commander';
import { readBuildInfo } from '../server/build-facts.js';
import type { Host } from '../server/host.js';
import { serve } from '../server/serve.js';
import { adminCreate } from './admin-create.js';
import { healthcheck } from './healthcheck.js';
import { addKeys } from './keys/commands.js';
import { addMail } from './mail/commands.js';
import { addConfig } from './config/commands.js';
import { migrateUp, migrateStatus } from './migrate.js';
import { migrateDown, type MigrateDownOptions } from './migrate-down.js';
import { addUsers } from './users/commands.js';

/** Runs a command and keeps its exit code. */
type Run = (work: () => Promise<number> | number) => Promise<void>;

const addMigrate = (program: Command, host: Host, run: Run): void => {
  const command = program.command('migrate').description('bring the database schema up or down, or show where it is');
  command
    .command('up')
    .description('apply every migration that is pending')
    .action(() => run(() => migrateUp(host)));
  command
    .command('down')
    .description('revert the last migration, after listing what it drops and asking for confirmation')
    .option('--steps <count>', 'how many migrations', '1')
    .option('--dry-run', 'list what would be dropped, and revert nothing')
    .option('--yes', 'do not ask for confirmation')
    .option('--yes-destroy-data', 'also required in production when a step destroys data')
    .option('--force', 'revert even while an instance is running')
    .action((options: MigrateDownOptions) => run(() => migrateDown(host, options)));
  command
    .command('status')
    .description('list the migrations and when they were applied')
    .option('--check', 'exit 3 when a migration is pending')
    .action((options: { check?: boolean }) => run(() => migrateStatus(host, options)));
};

/**
 * The command `rollcall`.
 * @returns the exit code
 */
export const runProgram = async (host: Host): Promise<number> => {
  let exitCode = 0;
  const run: Run = async (work) => {
    exitCode = await work();
  };
  const program = new Command('rollcall')
    .description('A user-management service whose configuration reloads live.')
    .version(readBuildInfo(host.nodeVersion).version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
    });
  program
    .command('serve')
    .description('migrate, listen and serve until SIGTERM or SIGINT')
    .action(() => run(() => serve(host)));
  program
    .command('healthcheck')
    .description('exit 0 when the service of this configuration is alive; for the health check of a container')
    .action(() => run(() => healthcheck(host)));
  addMigrate(program, host, run);
  program
    .command('admin')
    .description('administrators')
    .command('create <username>')
    .description('make an administrator; the password is asked for, or read from standard input')
    .action((username: string) => run(() => adminCreate(host, username)));
  addUsers(program, host, run);
  addKeys(program, host, run);
  addMail(program, host, run);
  addConfig(program, host, run);
  await program.parseAsync([...host.argv], { from: 'user' });
  return exitCode;
};
