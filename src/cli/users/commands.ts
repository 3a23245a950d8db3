import type { Command } from 'commander';
import type { Host } from '../../server/host.js';
import { blockUser, resetUser, showUser, unblockUser } from './account.js';
import { exportUsers, type ExportOptions } from './export.js';
import { importUsers, type ImportOptions } from './import.js';

/** Adds `rollcall users …`. */
export const addUsers = (
  program: Command,
  host: Host,
  run: (work: () => Promise<number> | number) => Promise<void>,
): void => {
  const users = program.command('users').description('accounts: import, export, look at, block, unblock, reset');
  users
    .command('import <file>')
    .description('make the accounts of an NDJSON or CSV file; the same command goes on where a run was cut off')
    .option('--dry-run', 'judge every record and change nothing')
    .option('--skip-existing', 'pass over names that have an account')
    .option('--trust-hashes', 'do not look for hashes of the empty password, which takes as long as a login for each')
    .option('--format <format>', 'ndjson or csv, where the name of the file does not tell')
    .action((file: string, options: ImportOptions) => run(() => importUsers(host, file, options)));
  users
    .command('export <file>')
    .description('write all accounts to an NDJSON or CSV file')
    .option('--with-password-hashes', 'write the password hashes too')
    .option('--force', 'replace a file that is there')
    .option('--format <format>', 'ndjson or csv, where the name of the file does not tell')
    .action((file: string, options: ExportOptions) => run(() => exportUsers(host, file, options)));
  users
    .command('show <username>')
    .description('print an account')
    .action((name: string) => run(() => showUser(host, name)));
  users
    .command('block <username>')
    .description('block an account and end its sessions')
    .option('--reason <text>', 'why; administrators see it')
    .option('--until <time>', 'when the block ends by itself, such as 2026-01-31T12:00:00Z')
    .action((name: string, options: { reason?: string; until?: string }) => run(() => blockUser(host, name, options)));
  users
    .command('unblock <username>')
    .description('end the block of an account')
    .action((name: string) => run(() => unblockUser(host, name)));
  users
    .command('reset <username>')
    .description('print a one-time code with which the person sets a new password')
    .action((name: string) => run(() => resetUser(host, name)));
};
