import { systemClock } from '../../clock.js';
import { describeIssue } from '../../config/issue.js';
import { socketPathOf, socketStateOf } from '../../server/socket-file.js';
import { examine } from '../../server/doctor/examine.js';
import { ok, skipped, warn, type Finding } from '../../server/doctor/finding.js';
import { configDirectory } from '../../server/foundation.js';
import { exitCodes, type Host } from '../../server/host.js';
import { dataDirOf, readConfigDirectory } from '../config/directory.js';
import { writeData, type OutputOptions } from '../output.js';
import { columns, paintOf, type Tone } from '../terminal.js';
import { askService, type Unreachable } from './client.js';

const tones: Readonly<Record<Finding['status'], Tone>> = { ok: 'good', warn: 'warning', fail: 'bad', skipped: 'weak' };

/** Makes the checks with the configuration and the environment of the shell. */
const examineHere = (host: Host): Promise<Finding[]> => {
  const directory = configDirectory(host);
  const reading = readConfigDirectory(host, directory);
  return examine({
    nodeEnv: host.env['NODE_ENV'] ?? 'development',
    ...{ env: host.env, dataDir: dataDirOf(host), configDirectory: directory, clock: systemClock },
    settings: reading.ok ? reading.snapshot.settings : null,
    faults: reading.ok ? [] : reading.issues.map(describeIssue),
    warnings: reading.warnings,
    pendingRestart: [],
    missingSecrets: reading.ok ? reading.snapshot.loaded.missingSecrets : [],
  });
};

const checkSocket = async (host: Host, { reason }: Unreachable): Promise<Finding> => {
  const reading = readConfigDirectory(host, configDirectory(host));
  const path = reading.ok ? socketPathOf(reading.snapshot.settings.server.adminSocket, host.cwd) : null;
  if (path === null) return skipped('admin_socket', reason);
  const state = await socketStateOf(path);
  if (state === 'absent') return skipped('admin_socket', `no service is running here: ${reason}`);
  const fix =
    state === 'stale'
      ? 'the service was killed; its next start replaces the socket'
      : 'run the command as the user of the service';
  return warn('admin_socket', reason, fix);
};

const textOf = (host: Host, findings: readonly Finding[]): string => {
  const paint = paintOf(host, host.stdout);
  return findings
    .map(({ check, status, message, fix }) => {
      const line = columns([[paint(tones[status], status.padEnd(7)), check.padEnd(17), message]], '');
      return fix === undefined ? line : `${line}${' '.repeat(9)}${paint('weak', `to do: ${fix}`)}\n`;
    })
    .join('');
};

/**
 * `rollcall doctor`: checks everything that the service depends on, by the running service if there is one, else with the
 * configuration of the shell. Exit 0 when nothing failed, 3 when something did; warnings do not count.
 */
export const doctor = async (host: Host, { json = false }: OutputOptions): Promise<number> => {
  const asked = await askService<{ readonly checks: readonly Finding[] }>(host, { path: '/doctor' });
  const findings = asked.reached
    ? [...asked.body.checks, ok('admin_socket', 'the running service answers; it made these checks')]
    : [...(await examineHere(host)), await checkSocket(host, asked)];
  if (json) writeData(host, findings, { checked_by: asked.reached ? 'service' : 'command' });
  else host.stdout.write(textOf(host, findings));
  return findings.some(({ status }) => status === 'fail') ? exitCodes.differs : exitCodes.ok;
};
