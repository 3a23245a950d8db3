import type { Generation } from '../../config/generation.js';
import { environmentName } from '../../config/schema.js';
import { exitCodes, type Host } from '../../server/host.js';
import { folderOf, readFolder, writeFaults } from './place.js';
import { paintOf, writeJson } from '../terminal.js';

/** Options that every command has. */
export interface OutputOptions {
  /** A document for machines in place of text. */
  readonly json?: boolean;
}

/** The variables that a start in production needs and that are not set here. */
const neededBy = (host: Host, { loaded }: Generation): string[] => {
  const needsUrl = host.env['NODE_ENV'] === 'production' && loaded.values.get('database.url') === null;
  return [...loaded.missingSecrets.map(environmentName), ...(needsUrl ? ['DATABASE_URL'] : [])];
};

/** `rollcall config check [directory]`: exit 0 for a sound configuration, 1 with a line for each fault. */
export const configCheck = (host: Host, directory: string | undefined, { json = false }: OutputOptions): number => {
  const folder = folderOf(host, directory);
  const reading = readFolder(host, folder);
  const faults = reading.ok ? [] : reading.faults;
  const { warnings } = reading;
  const needed = reading.ok ? neededBy(host, reading.generation) : [];
  if (!json) for (const warning of warnings) host.stderr.write(`${paintOf(host, host.stderr)('warning', warning)}\n`);
  if (json) {
    writeJson(host, { directory: folder, valid: reading.ok, errors: faults, warnings, needed_at_start: needed });
  } else if (reading.ok) {
    host.stdout.write(`${folder} is ${paintOf(host, host.stdout)('good', 'sound')}\n`);
    if (needed.length > 0) host.stdout.write(`a start also needs, here or as files (…_FILE): ${needed.join(', ')}\n`);
  } else writeFaults(host, faults);
  return reading.ok ? exitCodes.ok : exitCodes.failed;
};
