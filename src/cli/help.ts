import type { Command } from 'commander';
import { suggest } from '../config/schema/setting.js';
import { CommandError, type ProcessEnvironment } from '../server/process/environment.js';
import type { Run } from './output.js';

/** Shown below the help of `rollcall`. */
export const rootHelp = `
Exit codes:
  0  success
  1  the command failed or was used incorrectly; config check, diff, reload and rollback: the configuration
     is invalid
  2  serve and all other commands: the configuration is invalid; login, logout and the config commands that
     call the API: incorrect usage
  3  the command succeeded and found something: changed settings (config diff), a pending migration
     (migrate status --check), a failed check (doctor), a service that needs attention (status)

Output:
  Data goes to standard output; errors, warnings, questions and progress go to standard error.
  With --json, standard output is one document: {"data": …}, with "next_cursor" for a list that continues, or
  {"error": {"code": …, "message": …, "details": …}}.
  Colours are used on a terminal unless NO_COLOR is set.

Run \`rollcall help <command>\` for the options of a command.`;

/** @throws {CommandError} for a command that does not exist */
const findCommand = (program: Command, names: readonly string[]): Command =>
  names.reduce((parent, name) => {
    const found = parent.commands.find((each) => each.name() === name || each.aliases().includes(name));
    if (found) return found;
    const near = suggest(
      name,
      parent.commands.map((each) => each.name()),
    );
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    throw new CommandError(`unknown command '${name}'${hint}`, undefined, { code: 'usage' });
  }, program);

/** Adds `rollcall help [command...]`, which finds commands at every level. */
export const addHelp = (program: Command, _host: ProcessEnvironment, run: Run): void => {
  program
    .command('help [command...]')
    .description('display help for a command')
    .action((names: string[]) =>
      run(() => {
        findCommand(program, names).outputHelp();
        return 0;
      }),
    );
};
