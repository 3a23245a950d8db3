import type { ListedInstance, ServiceStatus } from '../../server/admin-socket/status.js';
import { formatDuration } from '../../format-duration.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { writeData, type OutputOptions } from '../output.js';
import { columns, paintOf, shownValue, table, type Paint } from '../terminal.js';
import { confirmationText } from '../config/config-view.js';
import { requireService } from './client.js';
import { issueLine } from './issue-line.js';

/** Whether the service needs attention: it is not ready, the last reload was rejected, or an instance lags. */
const needsAttention = ({ ready, configuration, instances }: ServiceStatus): boolean =>
  !ready || configuration.last_error !== null || (instances ?? []).some(({ lagging }) => lagging);

const configurationRows = (paint: Paint, { configuration }: ServiceStatus): string[][] => {
  const { revision, hash, loaded_at: loadedAt, rollback, last_error: lastError } = configuration;
  const { overrides, overrides_without_effect: leftOut, pending_confirmation: pending } = configuration;
  const number = revision === null ? 'not numbered yet' : `revision ${String(revision)}`;
  return [
    ['configuration', `${number}, hash ${hash}, loaded ${loadedAt}`],
    ...(rollback === null
      ? []
      : [['rollback', paint('warning', `to revision ${String(rollback.revision)}, since ${rollback.since}`)]]),
    ...(overrides.length === 0 ? [] : [['overridden', paint('warning', overrides.join(', '))]]),
    ...(leftOut.length === 0 ? [] : [['', paint('bad', `without effect: ${leftOut.join(', ')}`)]]),
    ...(pending === null ? [] : [['unconfirmed', paint('warning', confirmationText(pending))]]),
    ...(lastError === null
      ? []
      : lastError.errors.map((error, at) => [
          at === 0 ? 'last reload' : '',
          paint('bad', `${at === 0 ? `rejected ${lastError.at}: ` : ''}${issueLine(error)}`),
        ])),
    ...configuration.pending_restart.map(({ key, active, pending }, at) => [
      at === 0 ? 'pending restart' : '',
      paint('warning', `${key} ${shownValue(active)} -> ${shownValue(pending)}`),
    ]),
  ];
};

const stateOf = ({ live, lagging }: ListedInstance): string => (live ? (lagging ? 'lagging' : 'up to date') : 'gone');

const instanceTable = (environment: ProcessEnvironment, instances: readonly ListedInstance[]): string => {
  const rows = instances.map((each) => [
    ...[each.hostname, String(each.pid), each.version],
    ...[each.revision === null ? '-' : String(each.revision), each.hash ?? '-', each.last_seen_at, stateOf(each)],
  ]);
  return table(environment, ['HOST', 'PID', 'VERSION', 'REVISION', 'HASH', 'LAST SEEN', 'CONFIGURATION'], rows).text;
};

const textOf = (environment: ProcessEnvironment, status: ServiceStatus): string => {
  const paint = paintOf(environment, environment.stdout);
  const { version, environment: nodeEnv, hostname, pid, uptime_seconds: uptime, url, connections, reasons } = status;
  const up = uptime === 0 ? 'started just now' : `up ${formatDuration(uptime * 1000)}`;
  const rows = [
    ['url', url ?? '-'],
    ['ready', status.ready ? paint('good', 'yes') : paint('bad', `no: ${reasons.join(', ')}`)],
    ...(status.maintenance ? [['maintenance', paint('warning', 'enabled')]] : []),
    ['database', connections.database],
    ['cache', connections.cache],
    ...configurationRows(paint, status),
  ];
  const head = `Rollcall ${version} (${nodeEnv}), process ${String(pid)} on ${hostname}, ${up}\n`;
  const instances =
    status.instances === null
      ? 'instances: unknown while the database does not respond\n'
      : instanceTable(environment, status.instances);
  return `${head}${columns(rows)}\n${instances}`;
};

/**
 * `rollcall status`: shows the state of the running service. Exit 0 if it is ready and every instance has the newest
 * configuration, 3 if it needs attention.
 * @throws {CommandError} exit 1 if the service is not reachable
 */
export const status = async (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> => {
  const found = await requireService<ServiceStatus>(environment, { path: '/status' });
  if (json) writeData(environment, found);
  else environment.stdout.write(textOf(environment, found));
  return needsAttention(found) ? exitCodes.differs : exitCodes.ok;
};
