import { KeyAlgorithm } from '../../contract/signing-key.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliDetails } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { keyTable } from './key-table.js';
import { withKeys } from './with-keys.js';

/** Options of `rollcall keys rotate`. */
export interface RotateOptions extends OutputOptions {
  readonly algorithm?: string;
}

const algorithmOf = (text: string): KeyAlgorithm => {
  const parsed = KeyAlgorithm.safeParse(text.toUpperCase());
  if (parsed.success) return parsed.data;
  throw new CommandError(`--algorithm must be one of ${KeyAlgorithm.options.join(', ')}`);
};

/**
 * `rollcall keys rotate [--algorithm <algorithm>] [--json]`: activates a new signing key and prints it. When the
 * command ends, every running instance signs with it.
 * @throws {CommandError} for an unknown algorithm, a database that is not migrated, or keys that cannot be decrypted
 * with this configuration
 */
export const rotateKeys = async (
  environment: ProcessEnvironment,
  { algorithm, json = false }: RotateOptions,
): Promise<number> => {
  const wanted = algorithm === undefined ? undefined : algorithmOf(algorithm);
  return withKeys(environment, async ({ changes }) => {
    const key = await changes.rotate({
      algorithm: wanted,
      reason: 'cli',
      actorId: null,
      requestMetadata: null,
      details: cliDetails(environment),
    });
    if (json) writeData(environment, key);
    else environment.stdout.write(keyTable([key], environment));
    return exitCodes.ok;
  });
};
