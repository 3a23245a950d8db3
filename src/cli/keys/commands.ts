import { Option, type Command } from 'commander';
import { keyAlgorithms } from '../../security/key-material.js';
import type { ProcessEnvironment } from '../../server/process/environment.js';
import { yesOption } from '../confirm.js';
import { jsonOption, type OutputOptions, type Run } from '../output.js';
import type { RemoveKeyOptions } from './remove.js';
import type { RotateOptions } from './rotate.js';

/** Adds `rollcall keys …`. */
export const addKeys = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  const keys = program
    .command('keys')
    .description('manage the signing keys of access tokens, with or without a running service');
  keys
    .command('list')
    .description('list the keys and their fingerprints, newest first')
    .option(...jsonOption)
    .action((options: OutputOptions) => run(async () => (await import('./list.js')).listKeys(environment, options)));
  keys
    .command('rotate')
    .description(
      'sign with a new key on every instance; tokens of the previous key stay valid until its retention ends',
    )
    .addOption(
      new Option('--algorithm <algorithm>', 'algorithm of the new key (default: auth.keys.algorithm)')
        .choices(keyAlgorithms)
        .argParser((text) => text.toUpperCase()),
    )
    .option(...jsonOption)
    .action((options: RotateOptions) =>
      run(async () => (await import('./rotate.js')).rotateKeys(environment, options)),
    );
  keys
    .command('remove <kid>')
    .description('remove a key that is not active; every token that it signed becomes invalid')
    .option(...yesOption)
    .option(...jsonOption)
    .action((kid: string, options: RemoveKeyOptions) =>
      run(async () => (await import('./remove.js')).removeKey(environment, kid, options)),
    );
};
