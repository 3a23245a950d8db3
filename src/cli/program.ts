import { Command, Option } from 'commander';
import { readBuildInfo } from '../server/startup/build-info.js';
import { exitCodes, type ProcessEnvironment } from '../server/process/environment.js';
import type { LoginOptions } from './api/login.js';
import type { AuditOptions } from './audit.js';
import { addCompletion } from './completion/commands.js';
import { addConfig } from './config/commands.js';
import { withUsageCode } from './config/override-commands.js';
import { yesOption } from './confirm.js';
import { reportFailure } from './failure.js';
import { addHelp, rootHelp } from './help.js';
import { addKeys } from './keys/commands.js';
import { addMail } from './mail/commands.js';
import type { StatusOptions } from './migrate.js';
import type { MigrateDownOptions } from './migrate-down.js';
import { jsonOption, type OutputOptions, type Run } from './output.js';
import { addPageOptions } from './paging.js';
import { addRoles } from './roles/commands.js';
import { addService } from './service/commands.js';
import { addSessions } from './sessions/commands.js';
import type { StatisticsOptions } from './statistics.js';
import { addUsers } from './users/commands.js';

const addMigrate = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const command = program.command('migrate').description('apply, roll back or show migrations');
  command
    .command('up')
    .description('apply every pending migration')
    .option(...jsonOption)
    .action((options: OutputOptions) =>
      run(async () => (await import('./migrate.js')).migrateUp(environment, options)),
    );
  command
    .command('down')
    .description('roll back the last migration, after listing what it drops and asking for confirmation')
    .option('--steps <count>', 'migrations to roll back, 1 to 999 (default: 1)')
    .option('--dry-run', 'list what would be dropped, and change nothing')
    .option(...yesOption)
    .option('--yes-destroy-data', 'also required in production when a step destroys data')
    .option('--force', 'roll back even while an instance is running')
    .option(...jsonOption)
    .action((options: MigrateDownOptions) =>
      run(async () => (await import('./migrate-down.js')).migrateDown(environment, options)),
    );
  command
    .command('status')
    .description('list the migrations and when they were applied')
    .option('--check', 'exit 3 when a migration is pending')
    .option(...jsonOption)
    .action((options: StatusOptions) =>
      run(async () => (await import('./migrate.js')).migrateStatus(environment, options)),
    );
};

const addAdmin = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const command = program.command('admin').description('create and list administrators');
  command
    .command('create <username>')
    .description('create an administrator; asks for the password, or reads it from standard input')
    .option(...jsonOption)
    .action((username: string, options: OutputOptions) =>
      run(async () => (await import('./admin-create.js')).adminCreate(environment, username, options)),
    );
  command
    .command('list')
    .description('list all administrators and their status')
    .option(...jsonOption)
    .action((options: OutputOptions) =>
      run(async () => (await import('./admin-list.js')).adminList(environment, options)),
    );
};

const addLogin = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  withUsageCode(program.command('login'))
    .description('log in for the commands that call the API; asks for the password, or reads it from standard input')
    .option('--url <url>', 'base URL of the service; the one that runs here by default')
    .option('--username <name>', 'asked for by default')
    .option(...jsonOption)
    .action((options: LoginOptions) => run(async () => (await import('./api/login.js')).login(environment, options)));
  withUsageCode(program.command('logout'))
    .description('end the session of `rollcall login`')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(async () => (await import('./api/login.js')).logout(environment, options)));
};

const addAudit = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  addPageOptions(program.command('audit'))
    .description('print the audit log, newest first')
    .option('--id <id>', 'the event with this id')
    .option('--action <action>', 'an action such as user.login, or a prefix such as user or user.login*')
    .addOption(new Option('--result <result>', 'events with this result').choices(['success', 'failure']))
    .option('--actor <user>', 'events caused by this user: username, verified email address or id')
    .option('--subject <user>', 'events about this user')
    .option('--request-id <id>', 'events of this request')
    .option('--ip <address>', 'events of requests from this IP address')
    .option('--since <time>', 'events at or after this time, such as 2026-01-31T12:00:00Z')
    .option('--until <time>', 'events at or before this time')
    .option(...jsonOption)
    .action((options: AuditOptions) => run(async () => (await import('./audit.js')).printAudit(environment, options)));
};

const addStatistics = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  program
    .command('statistics')
    .description('print logins, registrations, password resets and 5xx responses of each hour')
    .option('--window <period>', 'a period of 1h to 30d; default: 24h')
    .option(...jsonOption)
    .action((options: StatisticsOptions) =>
      run(async () => (await import('./statistics.js')).printStatistics(environment, options)),
    );
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
    .action(() => run(async () => (await import('../server/serve.js')).serve(environment)));
  program
    .command('healthcheck')
    .description('check whether the configured service is alive; for container health checks')
    .action(() => run(async () => (await import('./healthcheck.js')).healthcheck(environment)));
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
