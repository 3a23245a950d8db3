import { layerNames } from '../../config/files/disk-state.js';
import type { ConfigSnapshot } from '../../config/reload/config-snapshot.js';
import { environmentName } from '../../config/schema/schema.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { type OutputOptions, writeData } from '../output.js';
import { askService } from '../service/client.js';
import { issueLine } from '../service/issue-line.js';
import { paintOf } from '../terminal.js';
import { writeNote } from './config-view.js';
import { danglingLinks, readConfigDirectory, resolveDirectory, withoutVariables } from './directory.js';

/** Options for `configCheck`. */
export interface CheckOptions extends OutputOptions {
  /** Ignores the variables of this shell, for example in CI. */
  readonly withoutEnvironment?: boolean;
}

/** The environment variables that production requires but that are not set. */
const neededBy = (environment: ProcessEnvironment, { loaded }: ConfigSnapshot): string[] => {
  const needsUrl = environment.env['NODE_ENV'] === 'production' && loaded.values.get('database.url') === null;
  return [...loaded.missingSecrets.map(environmentName), ...(needsUrl ? ['DATABASE_URL'] : [])];
};

/** Errors that only the running service can detect, such as an active file that was removed. */
const issuesOfService = async (environment: ProcessEnvironment, folder: string): Promise<readonly object[]> => {
  type Answer = { readonly own: boolean; readonly valid: boolean; readonly errors?: readonly object[] };
  const asked = await askService<Answer>(environment, { path: '/config/diff', query: { directory: folder } });
  return asked.reached && asked.body.own ? (asked.body.errors ?? []) : [];
};

/** `rollcall config check [directory]`: exit 0 for a valid configuration, 1 with one line per error. */
export const configCheck = async (
  environment: ProcessEnvironment,
  directory: string | undefined,
  { json = false, withoutEnvironment = false }: CheckOptions,
): Promise<number> => {
  const here = withoutEnvironment ? withoutVariables(environment) : environment;
  const folder = resolveDirectory(here, directory);
  const reading = readConfigDirectory(here, folder);
  const nodeEnv = environment.env['NODE_ENV'] ?? 'development';
  const links = reading.ok ? danglingLinks(folder, layerNames(nodeEnv)) : [];
  const issues =
    reading.ok && !withoutEnvironment ? await issuesOfService(environment, folder) : reading.ok ? [] : reading.issues;
  const warnings = [...reading.warnings, ...links];
  const needed = reading.ok && !withoutEnvironment ? neededBy(environment, reading.snapshot) : [];
  const valid = issues.length === 0;
  if (json) writeData(environment, { directory: folder, valid, errors: issues, warnings, needed_at_start: needed });
  else {
    for (const warning of warnings) writeNote(environment, warning);
    const paint = paintOf(environment, environment.stderr);
    for (const issue of issues) environment.stderr.write(`${paint('bad', issueLine(issue))}\n`);
    if (valid) {
      environment.stdout.write(`${folder}: ${paintOf(environment, environment.stdout)('good', 'configuration OK')}\n`);
    }
    if (valid && needed.length > 0) {
      environment.stdout.write(
        `also required at start, as variables or mounted files (…_FILE): ${needed.join(', ')}\n`,
      );
    }
  }
  return valid ? exitCodes.ok : exitCodes.failed;
};
