import { settingOf } from '../../config/schema/schema.js';
import type { ConfigConfirmation, ConfigPatch, ConfigPatchScheduled } from '../../contract/config-overrides.js';
import type { ConfigValidation, ConfigView } from '../../contract/config.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { callApi, type ApiOptions } from '../api/client.js';
import { writeData, type OutputOptions } from '../output.js';
import { mayBeMade } from './change.js';
import { changesText, confirmationText } from './config-view.js';

const path = '/api/v1/admin/config';

/** Options for `configSet` and `configUnset`. */
export interface ChangeOptions extends ApiOptions, OutputOptions {
  readonly reason?: string;
  readonly confirmWithin?: string;
  readonly expiresIn?: string;
  readonly at?: string;
  readonly maxErrorRatio?: string;
  /** Nothing is changed. */
  readonly dryRun?: boolean;
}

const usage = (message: string): CommandError => new CommandError(message, exitCodes.usage, { code: 'usage' });

/** A value as in YAML: JSON for a list, otherwise as in an environment variable. */
const valueOf = (key: string, text: string): unknown => {
  if (!text.startsWith('[')) return settingOf(key)?.format.fromText(text) ?? text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw usage(`${key}: the list must be JSON, such as '["a", "b"]'`);
  }
};

const parseAssignment = (text: string): [string, unknown] => {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`expected <key>=<value>, got ${text}`);
  const key = text.slice(0, at);
  return [key, valueOf(key, text.slice(at + 1))];
};

const textOf = ({
  outcome,
  revision,
  changed,
  pending_confirmation: pending,
  expires_at: expiresAt,
}: ConfigPatch): string =>
  [
    `configuration ${outcome}${revision === null ? '' : ` (revision ${String(revision)})`}`,
    ...(changed.length > 0 ? [`changed: ${changed.join(', ')}`] : []),
    ...(expiresAt === null ? [] : [`expires at ${expiresAt}`]),
    ...(pending === null ? [] : [confirmationText(pending)]),
    '',
  ].join('\n');

/** Shows what changes would do, one line for each setting that would have a new value. */
const validate = async (
  environment: ProcessEnvironment,
  changes: Readonly<Record<string, unknown>>,
  { url, json = false }: ChangeOptions,
): Promise<number> => {
  const api = url === undefined ? {} : { url };
  const request = { ...api, method: 'POST' as const, path: `${path}/validate`, body: { changes } };
  const { body } = await callApi<ConfigValidation>(environment, request);
  if (json) writeData(environment, body);
  else environment.stdout.write(changesText(environment, body.changes, 'no setting would change'));
  return exitCodes.ok;
};

/** Explains the conflict of a change that was sent: the operator does not see the ETag. */
const explained = (error: unknown): never => {
  if (!(error instanceof CommandError) || error.code !== 'precondition_failed') throw error;
  throw new CommandError(
    'someone else changed the configuration at the same time; nothing was changed. Check `rollcall config history`, and try again',
    error.exitCode,
    { code: error.code },
  );
};

const change = async (
  environment: ProcessEnvironment,
  changes: Readonly<Record<string, unknown>>,
  { url, json = false, maxErrorRatio, dryRun: isDryRun = false, ...options }: ChangeOptions,
): Promise<number> => {
  if (isDryRun) return validate(environment, changes, { ...(url !== undefined && { url }), json });
  const ratio = maxErrorRatio === undefined ? undefined : Number(maxErrorRatio);
  if (Number.isNaN(ratio)) throw usage('--max-error-ratio must be a number');
  const api = url === undefined ? {} : { url };
  const { etag } = await callApi<ConfigView>(environment, { ...api, method: 'GET', path });
  const body = {
    changes,
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(options.confirmWithin !== undefined && { confirm_within: options.confirmWithin }),
    ...(options.expiresIn !== undefined && { expires_in: options.expiresIn }),
    ...(options.at !== undefined && { at: options.at }),
    ...(ratio !== undefined && { guard: { max_error_ratio: ratio } }),
  };
  const ifLost = mayBeMade(options.at === undefined ? 'history' : 'scheduled');
  const request = { ...api, method: 'PATCH' as const, path, body, headers: { 'If-Match': etag ?? '*' }, ifLost };
  const { body: answer } = await callApi<ConfigPatch | ConfigPatchScheduled>(environment, request).catch(explained);
  if (json) writeData(environment, answer);
  else if ('scheduled' in answer) {
    environment.stdout.write(`scheduled for ${answer.scheduled.at} (${answer.scheduled.id})\n`);
  } else environment.stdout.write(textOf(answer));
  return exitCodes.ok;
};

/**
 * `rollcall config set <key>=<value>…`: overrides settings on every instance; with `--dry-run`, only validates the values.
 * @throws {CommandError} exit 1 if the change is rejected or the service is not reachable, 2 for incorrect usage
 */
export const configSet = async (
  environment: ProcessEnvironment,
  assignments: readonly string[],
  options: ChangeOptions,
): Promise<number> => {
  const pairs = assignments.map(parseAssignment);
  const repeated = pairs.find(([key], index) => pairs.findIndex(([other]) => other === key) < index);
  if (repeated !== undefined) throw usage(`${repeated[0]} is given twice`);
  return change(environment, Object.fromEntries(pairs), options);
};

/**
 * `rollcall config unset <key>…`: removes overrides; with `--dry-run`, only validates the result.
 * @throws {CommandError} exit 1 if the change is rejected or the service is not reachable
 */
export const configUnset = (
  environment: ProcessEnvironment,
  keys: readonly string[],
  options: ChangeOptions,
): Promise<number> => change(environment, Object.fromEntries(keys.map((key) => [key, null])), options);

/**
 * `rollcall config confirm [revision]` and `revert [revision]`: keeps or reverts the change that is waiting for confirmation.
 * @param text the revision; the one that waits if absent
 * @throws {CommandError} exit 1 if nothing waits or the service is not reachable, 2 for incorrect usage
 */
export const configConfirm = async (
  environment: ProcessEnvironment,
  verb: 'confirm' | 'revert',
  text: string | undefined,
  { url, json = false }: ApiOptions & OutputOptions,
): Promise<number> => {
  if (text !== undefined && !/^[1-9][0-9]{0,14}$/.test(text)) throw usage('revision must be a number');
  const api = url === undefined ? {} : { url };
  const waiting = async (): Promise<number> => {
    const { body } = await callApi<ConfigView>(environment, { ...api, method: 'GET', path });
    if (body.pending_confirmation !== null) return body.pending_confirmation.revision;
    throw new CommandError('no change is waiting for confirmation', undefined, { code: 'nothing_to_confirm' });
  };
  const revision = text === undefined ? await waiting() : Number(text);
  const ifLost = `the change may have been ${verb === 'confirm' ? 'confirmed' : 'reverted'}. Check \`rollcall status\``;
  const request = { ...api, method: 'POST' as const, path: `${path}/${verb}`, body: { revision }, ifLost };
  const { body: answer } = await callApi<ConfigConfirmation>(environment, request);
  if (json) writeData(environment, answer);
  else {
    const number = answer.revision === null ? '' : `; revision ${String(answer.revision)} is active`;
    environment.stdout.write(`revision ${String(revision)} ${answer.outcome}${number}\n`);
  }
  return exitCodes.ok;
};
