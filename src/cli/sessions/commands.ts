import type { Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import { addPageOptions } from '../paging.js';
import { endSessions } from './end.js';
import { listSessions, type SessionListOptions } from './list.js';

/** Adds `rollcall sessions …`. */
export const addSessions = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const sessions = program.command('sessions').description('list and end the sessions of an account');
  addPageOptions(sessions.command('list <user>'))
    .description('list the active sessions of an account, newest first')
    .option(...jsonOption)
    .action((name: string, options: SessionListOptions) => run(() => listSessions(environment, name, options)));
  sessions
    .command('end <user> [session...]')
    .description('end the given sessions of an account, or all of them')
    .option(...jsonOption)
    .action((name: string, ids: string[], options: OutputOptions) =>
      run(() => endSessions(environment, name, ids, options)),
    );
};
