import { CommanderError, Option, type Command } from 'commander';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import type { ApiOptions } from '../api/client.js';
import { jsonOption, type Run } from '../output.js';
import type { ApiListOptions } from './override-lists.js';
import type { ChangeOptions } from './override.js';

const urlOption = ['--url <url>', 'base URL of the service; that of `rollcall login` by default'] as const;

/** Lets incorrect usage of a command exit with 2. */
export const withUsageCode = (command: Command): Command =>
  command.exitOverride(({ code, message, exitCode }) => {
    throw new CommanderError(exitCode === 0 ? 0 : exitCodes.usage, code, message);
  });

const withChangeOptions = (command: Command): Command =>
  withUsageCode(command)
    .option('--reason <text>', 'recorded in the audit log and the list of revisions')
    .option('--confirm-within <duration>', 'revert the change unless it is confirmed within this time, such as 5m')
    .option('--expires-in <duration>', 'end the overrides after this time, such as 2h')
    .option('--at <time>', 'apply the change at this time (RFC 3339)')
    .option(
      '--max-error-ratio <ratio>',
      'with --confirm-within: revert when more requests than this fail, such as 0.05',
    )
    .addOption(
      new Option('--dry-run', 'only validate the values, and show what they would change').conflicts([
        ...['reason', 'confirmWithin', 'expiresIn', 'at', 'maxErrorRatio'],
      ]),
    )
    .option(...urlOption)
    .option(...jsonOption);

/** Adds the commands of `rollcall config` that call the API: overrides, scheduled changes, comparison and schema. */
export const addOverrides = (command: Command, environment: ProcessEnvironment, run: Run): void => {
  withChangeOptions(
    command
      .command('set <assignment...>')
      .description('override settings on every instance: rateLimit.login.points=20'),
  ).action((assignments: string[], options: ChangeOptions) =>
    run(async () => (await import('./override.js')).configSet(environment, assignments, options)),
  );
  withChangeOptions(command.command('unset <key...>').description('remove overrides')).action(
    (keys: string[], options: ChangeOptions) =>
      run(async () => (await import('./override.js')).configUnset(environment, keys, options)),
  );
  for (const [verb, description] of [
    ['confirm', 'keep the change that would be reverted otherwise'],
    ['revert', 'revert the change that is waiting for confirmation'],
  ] as const) {
    withUsageCode(command.command(`${verb} [revision]`))
      .description(description)
      .option(...urlOption)
      .option(...jsonOption)
      .action((revision: string | undefined, options: ApiListOptions) =>
        run(async () => (await import('./override.js')).configConfirm(environment, verb, revision, options)),
      );
  }
  withUsageCode(command.command('overrides'))
    .description('list the overridden settings')
    .option(...urlOption)
    .option(...jsonOption)
    .action((options: ApiListOptions) =>
      run(async () => (await import('./override-lists.js')).configOverrides(environment, options)),
    );
  withUsageCode(command.command('scheduled [action] [id]'))
    .description('list the scheduled changes; cancel <id> cancels one')
    .option(...urlOption)
    .option(...jsonOption)
    .action((action: string | undefined, id: string | undefined, options: ApiListOptions) =>
      run(async () => (await import('./override-lists.js')).configScheduled(environment, [action, id], options)),
    );
  withUsageCode(command.command('compare <from> [to]'))
    .description('show the differences of two revisions, or of one and the active configuration')
    .option(...urlOption)
    .option(...jsonOption)
    .action((from: string, to: string | undefined, options: ApiListOptions) =>
      run(async () => (await import('./override-lists.js')).configCompare(environment, [from, to], options)),
    );
  withUsageCode(command.command('schema'))
    .description('print the JSON Schema of the configuration files, for editors')
    .option(...urlOption)
    .action((options: ApiOptions) =>
      run(async () => (await import('./override-lists.js')).configSchema(environment, options)),
    );
};
