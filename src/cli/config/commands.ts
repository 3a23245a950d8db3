import type { Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import type { RollbackOptions } from './change.js';
import type { CheckOptions } from './check.js';
import type { DiffOptions } from './diff.js';
import type { HistoryOptions } from './history.js';
import { addOverrides } from './override-commands.js';
import type { ShowOptions } from './show.js';

/** Shown below the help of `rollcall config`. */
const notes = `
show, explain, diff and history ask the running service over its admin socket (server.adminSocket). Without it, they use
the files, the environment of this shell and the database. check works on files. reload and rollback need the service.
set, unset, confirm, revert, overrides, scheduled and compare call the API with the login of \`rollcall login\`, or with
the access token in ROLLCALL_TOKEN.

Exit codes:
  0  success; diff: no difference
  1  the command failed; check, diff, reload and rollback: the configuration is invalid; all commands that do not
     call the API: incorrect usage
  2  show, explain and history: the configuration is invalid; commands that call the API: incorrect usage
  3  diff: there is a difference`;

/** Adds the commands that change the configuration. */
const addChanges = (command: Command, environment: ProcessEnvironment, run: Run): void => {
  command
    .command('reload')
    .description('have the running service read its files now')
    .option(...jsonOption)
    .action((options: OutputOptions) =>
      run(async () => (await import('./change.js')).configReload(environment, options)),
    );
  command
    .command('rollback <revision>')
    .description('override the files with the values of an earlier revision, on every instance')
    .option('--reason <text>', 'recorded in the audit log')
    .option(...jsonOption)
    .action((revision: string, options: RollbackOptions) =>
      run(async () => (await import('./change.js')).configRollback(environment, revision, options)),
    );
};

/** Adds `rollcall config …`. */
export const addConfig = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const command = program
    .command('config')
    .description('show, check and change the configuration')
    .addHelpText('after', notes);
  command
    .command('check [directory]')
    .description('validate a configuration directory; exit 1 with a line for each error')
    .option('--without-environment', 'ignore the environment variables of this shell, for example in CI')
    .option(...jsonOption)
    .action((directory: string | undefined, options: CheckOptions) =>
      run(async () => (await import('./check.js')).configCheck(environment, directory, options)),
    );
  command
    .command('diff [directory]')
    .description('show how the files differ from the active configuration; exit 3 if they do')
    .option('--against <directory>', 'compare with another directory')
    .option(...jsonOption)
    .action((directory: string | undefined, options: DiffOptions) =>
      run(async () => (await import('./diff.js')).configDiff(environment, directory, options)),
    );
  command
    .command('explain <key>')
    .description('describe a setting, a section or an environment variable: meaning, range, active value, layers')
    .option(...jsonOption)
    .action((key: string, options: OutputOptions) =>
      run(async () => (await import('./explain.js')).configExplain(environment, key, options)),
    );
  command
    .command('show [section]')
    .description('list the settings with their active values and the layers that set them')
    .option('--changed', 'only settings that differ from their default')
    .option(...jsonOption)
    .action((section: string | undefined, options: ShowOptions) =>
      run(async () => (await import('./show.js')).configShow(environment, section, options)),
    );
  command
    .command('history [revision]')
    .description('list the revisions of the configuration, or show what one of them changed')
    .option('--limit <count>', 'revisions to print, 1 to 100 (default: 20)')
    .option(...jsonOption)
    .action((revision: string | undefined, options: HistoryOptions) =>
      run(async () => {
        const { configHistory, configRevision } = await import('./history.js');
        return revision === undefined
          ? configHistory(environment, options)
          : configRevision(environment, revision, options);
      }),
    );
  addChanges(command, environment, run);
  addOverrides(command, environment, run);
};
