import { Command } from 'commander';
import { readBuildInfo } from '../server/build-facts.js';
import type { Host } from '../server/host.js';
import { serve } from '../server/serve.js';
import { adminCreate } from './admin-create.js';
import { addKeys } from './keys/commands.js';
import { addMail } from './mail/commands.js';
import { addConfig } from './config/commands.js';
import { migrate } from './migrate.js';
import { addUsers } from './users/commands.js';

/** Runs a command and keeps its exit code. */
type Run = (work: () => Promise<number> | number) => Promise<void>;

const addMigrate = (program: Command, host: Host, run: Run): void => {
  const command = program.command('migrate').description('bring the database schema up or down, or show where it is');
  for (const [name, description] of [
    ['up', 'apply every migration that is pending'],
    ['down', 'take the last batch of migrations back'],
    ['status', 'list the migrations and when they were applied'],
  ] as const) {
    command
      .command(name)
      .description(description)
      .action(() => run(() => migrate(host, name)));
  }
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
