import type { Command } from 'commander';
import type { Host } from '../../server/host.js';
import { listKeys } from './list.js';
import { rotateKeys, type RotateOptions } from './rotate.js';

/** Adds `rollcall keys …`. */
export const addKeys = (
  program: Command,
  host: Host,
  run: (work: () => Promise<number> | number) => Promise<void>,
): void => {
  const keys = program
    .command('keys')
    .description(
      'signing keys of access tokens, with or without a running service; exit 0, or 1 when it cannot be done',
    );
  keys
    .command('list')
    .description('print the keys, newest first, by their fingerprints')
    .option('--json', 'for machines')
    .action((options: { json?: boolean }) => run(() => listKeys(host, options)));
  keys
    .command('rotate')
    .description('sign with a new key on every instance; the former verifies until its retention ends')
    .option('--algorithm <algorithm>', 'HS256, ES256 or RS256, where it is not to be that of auth.keys.algorithm')
    .option('--json', 'for machines')
    .action((options: RotateOptions) => run(() => rotateKeys(host, options)));
};
