import type { Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import { addPageOptions } from '../paging.js';
import type { SessionListOptions } from './list.js';

/** Adds `rollcall sessions …`. */
export const addSessions = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const sessions = program.command('sessions').description('list and end the sessions of an account');
  addPageOptions(sessions.command('list <user>'))
    .description('list the active sessions of an account, newest first')
    .option(...jsonOption)
    .action((name: string, options: SessionListOptions) =>
      run(async () => (await import('./list.js')).listSessions(environment, name, options)),
    );
  sessions
    .command('end <user> [session...]')
    .description('end the given sessions of an account, or all of them')
    .option(...jsonOption)
    .action((name: string, ids: string[], options: OutputOptions) =>
      run(async () => (await import('./end.js')).endSessions(environment, name, ids, options)),
    );
};
