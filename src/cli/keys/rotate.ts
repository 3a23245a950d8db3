import { KeyAlgorithm } from '../../contract/signing-key.js';
import { exitCodes, StartError, type Host } from '../../server/host.js';
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
  throw new StartError(`--algorithm must be one of ${KeyAlgorithm.options.join(', ')}`);
};

/**
 * `rollcall keys rotate [--algorithm <algorithm>] [--json]`: makes a new signing key the active one and prints it. Every
 * instance that runs signs with it when the command ends.
 * @throws {StartError} for an unknown algorithm, a database that is not migrated, or keys that this configuration cannot open
 */
export const rotateKeys = async (host: Host, { algorithm, json = false }: RotateOptions): Promise<number> => {
  const wanted = algorithm === undefined ? undefined : algorithmOf(algorithm);
  return withKeys(host, async ({ changes }) => {
    const key = await changes.rotate({
      algorithm: wanted,
      reason: 'cli',
      actorId: null,
      requestMetadata: null,
      details: cliDetails(host),
    });
    if (json) writeData(host, key);
    else host.stdout.write(keyTable([key], host));
    return exitCodes.ok;
  });
};
