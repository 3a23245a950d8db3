import { Command } from 'commander';
import { readBuildInfo } from '../server/startup/build-info.js';
import { exitCodes, type ProcessEnvironment } from '../server/process/environment.js';
import { serve } from '../server/serve.js';
import { adminCreate } from './admin-create.js';
import { adminList } from './admin-list.js';
import { login, logout, type LoginOptions } from './api/login.js';
import { addAudit } from './audit.js';
import { addCompletion } from './completion/commands.js';
import { addConfig } from './config/commands.js';
import { withUsageCode } from './config/override-commands.js';
import { yesOption } from './confirm.js';
import { reportFailure } from './failure.js';
import { healthcheck } from './healthcheck.js';
import { addHelp, rootHelp } from './help.js';
import { addKeys } from './keys/commands.js';
import { addMail } from './mail/commands.js';
import { migrateStatus, migrateUp, type StatusOptions } from './migrate.js';
import { migrateDown, type MigrateDownOptions } from './migrate-down.js';
import { jsonOption, type OutputOptions, type Run } from './output.js';
import { addRoles } from './roles/commands.js';
import { addService } from './service/commands.js';
import { addSessions } from './sessions/commands.js';
import { addStatistics } from './statistics.js';
import { addUsers } from './users/commands.js';

const addMigrate = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const command = program.command('migrate').description('apply, roll back or show migrations');
  command
    .command('up')
    .description('apply every pending migration')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(() => migrateUp(environment, options)));
  command
    .command('down')
    .description('roll back the last migration, after listing what it drops and asking for confirmation')
    .option('--steps <count>', 'migrations to roll back, 1 to 999 (default: 1)')
    .option('--dry-run', 'list what would be dropped, and change nothing')
    .option(...yesOption)
    .option('--yes-destroy-data', 'also required in production when a step destroys data')
    .option('--force', 'roll back even while an instance is running')
    .option(...jsonOption)
    .action((options: MigrateDownOptions) => run(() => migrateDown(environment, options)));
  command
    .command('status')
    .description('list the migrations and when they were applied')
    .option('--check', 'exit 3 when a migration is pending')
    .option(...jsonOption)
    .action((options: StatusOptions) => run(() => migrateStatus(environment, options)));
};

const addAdmin = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const command = program.command('admin').description('create and list administrators');
  command
    .command('create <username>')
    .description('create an administrator; asks for the password, or reads it from standard input')
    .option(...jsonOption)
    .action((username: string, options: OutputOptions) => run(() => adminCreate(environment, username, options)));
  command
    .command('list')
    .description('list all administrators and their status')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(() => adminList(environment, options)));
};

const addLogin = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  withUsageCode(program.command('login'))
    .description('log in for the commands that call the API; asks for the password, or reads it from standard input')
    .option('--url <url>', 'base URL of the service; the one that runs here by default')
    .option('--username <name>', 'asked for by default')
    .option(...jsonOption)
    .action((options: LoginOptions) => run(() => login(environment, options)));
  withUsageCode(program.command('logout'))
    .description('end the session of `rollcall login`')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(() => logout(environment, options)));
};

/**
 * The command `rollcall`. Errors are reported, never thrown.
 * @returns the exit code
 */
export const runProgram = async (environment: ProcessEnvironment): Promise<number> => {
  let exitCode: number = exitCodes.ok;
  const run: Run = async (work) => {
    exitCode = await work();
  };
  const program = new Command('rollcall')
    .description('A user-management microservice on PostgreSQL, with settings that change without a restart.')
    .version(readBuildInfo(environment.nodeVersion).version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text),
      // Reported once, by reportFailure.
      outputError: () => undefined,
    })
    .addHelpText('after', rootHelp);
  program
    .command('serve')
    .description('apply pending migrations, and run the service until SIGTERM or SIGINT')
    .action(() => run(() => serve(environment)));
  program
    .command('healthcheck')
    .description('check whether the configured service is alive; for container health checks')
    .action(() => run(() => healthcheck(environment)));
  addLogin(program, environment, run);
  addService(program, environment, run);
  addMigrate(program, environment, run);
  addAdmin(program, environment, run);
  addUsers(program, environment, run);
  addRoles(program, environment, run);
  addSessions(program, environment, run);
  addAudit(program, environment, run);
  addKeys(program, environment, run);
  addMail(program, environment, run);
  addStatistics(program, environment, run);
  addConfig(program, environment, run);
  addCompletion(program, environment, run);
  addHelp(program, environment, run);
  try {
    await program.parseAsync([...environment.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(environment, error);
  }
};
