import { jsonSchema } from '../../config/schema/json-schema.js';
import type { ConfigComparison, ConfigOverride, ScheduledConfigChange } from '../../contract/config-overrides.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import { callApi, type ApiOptions } from '../api/client.js';
import { writeData, type OutputOptions } from '../output.js';
import { printable, shownValue, table } from '../terminal.js';
import { changesText } from './config-view.js';

const path = '/api/v1/admin/config';

/** Options of commands that call the API and print data. */
export type ApiListOptions = ApiOptions & OutputOptions;

const usage = (message: string): CommandError => new CommandError(message, exitCodes.usage, { code: 'usage' });

interface ListBody<T> {
  readonly data: T[];
  readonly next_cursor: string | null;
}

/** Reads a list to its end. */
const readAll = async <T>(environment: ProcessEnvironment, list: string, { url }: ApiOptions): Promise<T[]> => {
  const rows: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const request = { ...(url !== undefined && { url }), method: 'GET' as const, path: `${path}/${list}${query}` };
    const page: ListBody<T> = (await callApi<ListBody<T>>(environment, request)).body;
    rows.push(...page.data);
    cursor = page.next_cursor;
  }
  return rows;
};

/** `rollcall config overrides`: lists the overrides. */
export const configOverrides = async (environment: ProcessEnvironment, options: ApiListOptions): Promise<number> => {
  const rows = await readAll<ConfigOverride>(environment, 'overrides', options);
  if (options.json === true) writeData(environment, rows);
  else if (rows.length === 0) environment.stdout.write('no setting is overridden\n');
  else {
    const cells = rows.map((row) => [
      ...[
        row.key,
        shownValue(row.value),
        row.since,
        row.expires_at ?? '-',
        row.actor_id ?? '-',
        printable(row.reason ?? '-'),
      ],
    ]);
    environment.stdout.write(table(environment, ['KEY', 'VALUE', 'SINCE', 'EXPIRES', 'ACTOR', 'REASON'], cells).text);
  }
  return exitCodes.ok;
};

/**
 * `rollcall config scheduled`: lists scheduled changes; `scheduled cancel <id>` cancels one.
 * @throws {CommandError} exit 1 for an unknown ID, 2 for incorrect usage
 */
export const configScheduled = async (
  environment: ProcessEnvironment,
  [action, id]: readonly [string | undefined, string | undefined],
  options: ApiListOptions,
): Promise<number> => {
  const { url, json = false } = options;
  if (action !== undefined) {
    if (action !== 'cancel' || id === undefined) throw usage('expected rollcall config scheduled [cancel <id>]');
    const target = `${path}/scheduled/${encodeURIComponent(id)}`;
    await callApi(environment, { ...(url !== undefined && { url }), method: 'DELETE', path: target });
    if (json) writeData(environment, { id });
    else environment.stdout.write(`scheduled change ${id} cancelled\n`);
    return exitCodes.ok;
  }
  const rows = await readAll<ScheduledConfigChange>(environment, 'scheduled', options);
  if (json) writeData(environment, rows);
  else if (rows.length === 0) environment.stdout.write('no change is scheduled\n');
  else {
    const changesOf = ({ changes }: ScheduledConfigChange): string =>
      Object.entries(changes)
        .map(([key, value]) => (value === null ? `unset ${key}` : `${key}=${shownValue(value)}`))
        .join(' ');
    const cells = rows.map((row) => [
      ...[row.id, row.at, row.expires_in ?? '-', printable(row.reason ?? '-'), changesOf(row)],
    ]);
    environment.stdout.write(table(environment, ['ID', 'AT', 'EXPIRES IN', 'REASON', 'CHANGES'], cells).text);
  }
  return exitCodes.ok;
};

/**
 * `rollcall config compare <from> [to]`: shows the differences of two revisions, or of one and the active configuration.
 * @throws {CommandError} exit 1 for an unknown revision, 2 for incorrect usage
 */
export const configCompare = async (
  environment: ProcessEnvironment,
  [from, to]: readonly [string, string | undefined],
  { url, json = false }: ApiListOptions,
): Promise<number> => {
  if (![from, to ?? '1'].every((text) => /^[1-9][0-9]{0,14}$/.test(text))) throw usage('revisions must be numbers');
  const query = to === undefined ? `from=${from}` : `from=${from}&to=${to}`;
  const request = { ...(url !== undefined && { url }), method: 'GET' as const, path: `${path}/compare?${query}` };
  const { body } = await callApi<ConfigComparison>(environment, request);
  if (json) writeData(environment, body.changes);
  else environment.stdout.write(changesText(environment, body.changes, 'no differences'));
  return exitCodes.ok;
};

/** `rollcall config schema`: prints the JSON Schema of the configuration files; with --url, that of another service. */
export const configSchema = async (environment: ProcessEnvironment, { url }: ApiOptions): Promise<number> => {
  const schema =
    url === undefined
      ? jsonSchema()
      : (await callApi<object>(environment, { url, method: 'GET', path: `${path}/schema` })).body;
  environment.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return exitCodes.ok;
};
