import { Command } from 'commander';
import { readBuildInfo } from '../server/build-facts.js';
import { exitCodes, type Host } from '../server/host.js';
import { serve } from '../server/serve.js';
import { adminCreate } from './admin-create.js';
import { adminList } from './admin-list.js';
import { addAudit } from './audit.js';
import { addCompletion } from './completion/commands.js';
import { addConfig } from './config/commands.js';
import { yesOption } from './confirm.js';
import { reportFailure } from './failure.js';
import { healthcheck } from './healthcheck.js';
import { addHelp, rootHelp } from './help.js';
import { addKeys } from './keys/commands.js';
import { addMail } from './mail/commands.js';
import { migrateStatus, migrateUp, type StatusOptions } from './migrate.js';
import { migrateDown, type MigrateDownOptions } from './migrate-down.js';
import { jsonOption, type OutputOptions, type Run } from './output.js';
import { addService } from './service/commands.js';
import { addSessions } from './sessions/commands.js';
import { addUsers } from './users/commands.js';

const addMigrate = (program: Command, host: Host, run: Run): void => {
  const command = program.command('migrate').description('apply, roll back or show migrations');
  command
    .command('up')
    .description('apply every pending migration')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(() => migrateUp(host, options)));
  command
    .command('down')
    .description('roll back the last migration, after listing what it drops and asking for confirmation')
    .option('--steps <count>', 'how many migrations', '1')
    .option('--dry-run', 'list what would be dropped, and change nothing')
    .option(...yesOption)
    .option('--yes-destroy-data', 'also required in production when a step destroys data')
    .option('--force', 'roll back even while an instance is running')
    .option(...jsonOption)
    .action((options: MigrateDownOptions) => run(() => migrateDown(host, options)));
  command
    .command('status')
    .description('list the migrations and when they were applied')
    .option('--check', 'exit 3 when a migration is pending')
    .option(...jsonOption)
    .action((options: StatusOptions) => run(() => migrateStatus(host, options)));
};

const addAdmin = (program: Command, host: Host, run: Run): void => {
  const command = program.command('admin').description('create and list administrators');
  command
    .command('create <username>')
    .description('create an administrator; asks for the password, or reads it from standard input')
    .option(...jsonOption)
    .action((username: string, options: OutputOptions) => run(() => adminCreate(host, username, options)));
  command
    .command('list')
    .description('list all administrators and their status')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(() => adminList(host, options)));
};

/**
 * The command `rollcall`. Errors are reported, never thrown.
 * @returns the exit code
 */
export const runProgram = async (host: Host): Promise<number> => {
  let exitCode: number = exitCodes.ok;
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
      // Reported once, by reportFailure.
      outputError: () => undefined,
    })
    .addHelpText('after', rootHelp);
  program
    .command('serve')
    .description('migrate the database and serve until SIGTERM or SIGINT')
    .action(() => run(() => serve(host)));
  program
    .command('healthcheck')
    .description('exit 0 when the service of this configuration is alive; for health checks of containers')
    .action(() => run(() => healthcheck(host)));
  addService(program, host, run);
  addMigrate(program, host, run);
  addAdmin(program, host, run);
  addUsers(program, host, run);
  addSessions(program, host, run);
  addAudit(program, host, run);
  addKeys(program, host, run);
  addMail(program, host, run);
  addConfig(program, host, run);
  addCompletion(program, host, run);
  addHelp(program, host, run);
  try {
    await program.parseAsync([...host.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(host, error);
  }
};
