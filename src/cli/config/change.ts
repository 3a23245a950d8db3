import type { ConfigReload } from '../../contract/config.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { cliDetails } from '../actor.js';
import { writeData, type OutputOptions } from '../output.js';
import { requireService } from '../service/client.js';
import { waitingText } from './show.js';

/** Options for `configRollback`. */
export interface RollbackOptions extends OutputOptions {
  /** Recorded in the audit log. */
  readonly reason?: string;
}

/** The user who runs the command, for the audit log. */
const actor = (environment: ProcessEnvironment): Readonly<Record<string, string | undefined>> => {
  const { cli_user: user, sudo_user: sudoUser, hostname } = cliDetails(environment);
  return { cli_user: user, sudo_user: sudoUser, hostname };
};

const textOf = ({
  outcome,
  revision,
  changed,
  pending_restart: pending,
  no_effect: noEffect,
}: ConfigReload): string => {
  const number = revision === null ? '' : ` (revision ${String(revision)})`;
  const waiting = waitingText(pending);
  const applied = changed.filter((key) => !pending.includes(key));
  return [
    outcome === 'unchanged' ? `configuration unchanged${number}` : `configuration applied${number}`,
    ...(applied.length > 0 ? [`changed: ${applied.join(', ')}`] : []),
    ...(waiting === null ? [] : [waiting]),
    ...noEffect.map(({ key, pinned_by: variable }) => `no effect: ${key} is set by ${variable}`),
    '',
  ].join('\n');
};

/** What an error says about a change whose response was lost. @param command the subcommand that lists the change */
export const mayBeMade = (command: 'history' | 'scheduled' = 'history'): string =>
  `the change may have been made. Check \`rollcall config ${command}\``;

const change = async (
  environment: ProcessEnvironment,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  { json = false }: OutputOptions,
): Promise<number> => {
  const answer = await requireService<ConfigReload>(environment, {
    method: 'POST',
    path,
    query: { ...query, ...actor(environment) },
    ifLost: mayBeMade(),
  });
  if (json) writeData(environment, answer);
  else environment.stdout.write(textOf(answer));
  return exitCodes.ok;
};

/**
 * `rollcall config reload`: makes the running service reload its files.
 * @throws {CommandError} exit 1 if the files are rejected or the service is not reachable
 */
export const configReload = (environment: ProcessEnvironment, options: OutputOptions): Promise<number> =>
  change(environment, '/config/reload', {}, options);

/** Parses a revision number. @throws {CommandError} if it is not a number */
export const revisionNumber = (text: string): number => {
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw new CommandError('revision must be a number', undefined, { code: 'usage' });
};

/**
 * `rollcall config rollback <revision>`: makes the running service activate the values of an earlier revision, on every
 * instance, until its overrides are removed.
 * @throws {CommandError} exit 1 for an unknown revision, if the values are rejected, or if the service is not reachable
 */
export const configRollback = async (
  environment: ProcessEnvironment,
  text: string,
  options: RollbackOptions,
): Promise<number> => {
  const revision = String(revisionNumber(text));
  return change(environment, '/config/rollback', { revision, reason: options.reason }, options);
};
