import { Option, type Command } from 'commander';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { yesOption } from '../confirm.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import { addPageOptions } from '../paging.js';
import type { BlockOptions } from './account.js';
import type { CreateUserOptions } from './create.js';
import type { ExportOptions } from './export.js';
import type { ImportOptions } from './import.js';
import type { UserListOptions } from './list.js';
import { fileFormats } from './file-format.js';
import type { RemovalOptions } from './removal.js';
import type { UpdateUserOptions } from './update.js';

const formatOption = (): Option =>
  new Option('--format <format>', 'format of the file; by default, that of its extension').choices(fileFormats);

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

const addReading = (users: Command, environment: ProcessEnvironment, run: Run): void => {
  addPageOptions(users.command('list [text]'))
    .description('list accounts, newest first; with text, only those whose username or email address contains it')
    .addOption(
      new Option('--status <status>', 'only accounts with this status').choices(['active', 'blocked', 'deleted']),
    )
    .option('--role <role>', 'only accounts with this role')
    .option('--metadata <key=value>', 'only accounts with this metadata; can be repeated', collect)
    .option('--created-after <time>', 'only accounts created after this time, such as 2026-01-31T12:00:00Z')
    .option('--created-before <time>', 'only accounts created before this time')
    .option(...jsonOption)
    .action((text: string | undefined, options: UserListOptions) =>
      run(async () => (await import('./list.js')).listUsers(environment, text, options)),
    );
  users
    .command('show <user>')
    .description('print an account')
    .option(...jsonOption)
    .action((name: string, options: OutputOptions) =>
      run(async () => (await import('./show.js')).showUser(environment, name, options)),
    );
};

const addChanges = (users: Command, environment: ProcessEnvironment, run: Run): void => {
  users
    .command('create <username>')
    .description('create an account, and print a one-time code that lets the user set a password')
    .option('--email <address>', 'email address, to which a verification link is sent')
    .option('--role <role>', 'a role of the account; can be repeated (default: user)', collect)
    .option(...jsonOption)
    .action((username: string, options: CreateUserOptions) =>
      run(async () => (await import('./create.js')).createUser(environment, username, options)),
    );
  users
    .command('update <user>')
    .description('change the profile of an account; an empty value clears the field')
    .option('--email <address>', 'new email address; a verification link is sent to it')
    .option('--description <text>', 'description of the user')
    .option('--current-goal <text>', 'current goal of the user')
    .option('--metadata <json>', 'JSON object that replaces the metadata')
    .option(...jsonOption)
    .action((name: string, options: UpdateUserOptions) =>
      run(async () => (await import('./update.js')).updateUser(environment, name, options)),
    );
  users
    .command('roles <user> <role...>')
    .description('replace the roles of an account')
    .option(...jsonOption)
    .action((name: string, roles: string[], options: OutputOptions) =>
      run(async () => (await import('./create.js')).setUserRoles(environment, name, roles, options)),
    );
  users
    .command('block <user>')
    .description('block an account and end its sessions')
    .option('--reason <text>', 'reason, shown to administrators')
    .option('--until <time>', 'when the block ends by itself, such as 2026-01-31T12:00:00Z')
    .option(...jsonOption)
    .action((name: string, options: BlockOptions) =>
      run(async () => (await import('./account.js')).blockUser(environment, name, options)),
    );
  users
    .command('unblock <user>')
    .description('unblock an account')
    .option(...jsonOption)
    .action((name: string, options: OutputOptions) =>
      run(async () => (await import('./account.js')).unblockUser(environment, name, options)),
    );
  users
    .command('reset <user>')
    .description('print a one-time code that lets the user set a new password')
    .option(...jsonOption)
    .action((name: string, options: OutputOptions) =>
      run(async () => (await import('./account.js')).resetUser(environment, name, options)),
    );
  users
    .command('delete <user>')
    .description('delete an account; it can be restored within users.deletionGrace')
    .option(...yesOption)
    .option(...jsonOption)
    .action((name: string, options: RemovalOptions) =>
      run(async () => (await import('./removal.js')).deleteUser(environment, name, options)),
    );
  users
    .command('restore <user>')
    .description('restore a deleted account')
    .option(...jsonOption)
    .action((name: string, options: OutputOptions) =>
      run(async () => (await import('./removal.js')).restoreUser(environment, name, options)),
    );
  users
    .command('erase <user>')
    .description('erase an account and all of its data permanently')
    .option(...yesOption)
    .option(...jsonOption)
    .action((name: string, options: RemovalOptions) =>
      run(async () => (await import('./removal.js')).eraseUser(environment, name, options)),
    );
};

/** Adds `rollcall users …`. A user is named by username, verified email address or id. */
export const addUsers = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const users = program
    .command('users')
    .description('manage accounts')
    .addHelpText('after', '\n<user> is a username, a verified email address or an id.');
  addReading(users, environment, run);
  addChanges(users, environment, run);
  users
    .command('import <file>')
    .description('create accounts from an NDJSON or CSV file; an interrupted run is resumed by the same command')
    .option('--dry-run', 'validate every record and change nothing')
    .option('--skip-existing', 'skip records whose username is taken')
    .option(
      '--trust-hashes',
      'skip the check for hashes of the empty password, which takes as long as a login for each hash',
    )
    .addOption(formatOption())
    .option(...jsonOption)
    .addHelpText('after', '\n<file> can be - for standard input, with --format.')
    .action((file: string, options: ImportOptions) =>
      run(async () => (await import('./import.js')).importUsers(environment, file, options)),
    );
  users
    .command('export <file>')
    .description('write all accounts to an NDJSON or CSV file')
    .option('--with-password-hashes', 'include the password hashes')
    .option('--force', 'overwrite an existing file')
    .addOption(formatOption())
    .option(...jsonOption)
    .addHelpText('after', '\n<file> can be - for standard output, with --format.')
    .action((file: string, options: ExportOptions) =>
      run(async () => (await import('./export.js')).exportUsers(environment, file, options)),
    );
};
