import { systemClock } from '../../clock.js';
import { describeIssue } from '../../config/issue.js';
import { socketPathOf, socketStateOf } from '../../server/listeners/socket-file.js';
import { runChecks } from '../../server/doctor/run-checks.js';
import { ok, skipped, warn, type Finding } from '../../server/doctor/finding.js';
import { configDirectory } from '../../server/startup/bootstrap.js';
import { exitCodes, type ProcessEnvironment } from '../../server/process/environment.js';
import { dataDirOf, readConfigDirectory } from '../config/directory.js';
import { writeData, type OutputOptions } from '../output.js';
import { columns, paintOf, type Tone } from '../terminal.js';
import { askService, type Unreachable } from './client.js';

const tones: Readonly<Record<Finding['status'], Tone>> = { ok: 'good', warn: 'warning', fail: 'bad', skipped: 'weak' };

/** Runs the checks in this process, with its configuration and environment. */
const examineHere = (environment: ProcessEnvironment): Promise<Finding[]> => {
  const directory = configDirectory(environment);
  const reading = readConfigDirectory(environment, directory);
  return runChecks({
    nodeEnv: environment.env['NODE_ENV'] ?? 'development',
    ...{ env: environment.env, dataDir: dataDirOf(environment), configDirectory: directory, clock: systemClock },
    settings: reading.ok ? reading.snapshot.settings : null,
    errors: reading.ok ? [] : reading.issues.map(describeIssue),
    warnings: reading.warnings,
    pendingRestart: [],
    missingSecrets: reading.ok ? reading.snapshot.loaded.missingSecrets : [],
  });
};

const checkSocket = async (environment: ProcessEnvironment, { reason }: Unreachable): Promise<Finding> => {
  const reading = readConfigDirectory(environment, configDirectory(environment));
  const path = reading.ok ? socketPathOf(reading.snapshot.settings.server.adminSocket, environment.cwd) : null;
  if (path === null) return skipped('admin_socket', reason);
  const state = await socketStateOf(path);
  if (state === 'absent') return skipped('admin_socket', `no service is running here: ${reason}`);
  const fix =
    state === 'stale'
      ? 'the service was killed; its next start replaces the socket'
      : 'run the command as the user of the service';
  return warn('admin_socket', reason, fix);
};

const textOf = (environment: ProcessEnvironment, findings: readonly Finding[]): string => {
  const paint = paintOf(environment, environment.stdout);
  return findings
    .map(({ check, status, message, fix }) => {
      const line = columns([[paint(tones[status], status.padEnd(7)), check.padEnd(17), message]], '');
      return fix === undefined ? line : `${line}${' '.repeat(9)}${paint('weak', `to do: ${fix}`)}\n`;
    })
    .join('');
};

/**
 * `rollcall doctor`: checks everything that the service depends on. The checks run in the running service if there is
 * one, otherwise in this process. Exits with 0 if no check failed, otherwise with 3; warnings do not count.
 */
export const doctor = async (environment: ProcessEnvironment, { json = false }: OutputOptions): Promise<number> => {
  const asked = await askService<{ readonly checks: readonly Finding[] }>(environment, { path: '/doctor' });
  const findings = asked.reached
    ? [...asked.body.checks, ok('admin_socket', 'the running service answers; it made these checks')]
    : [...(await examineHere(environment)), await checkSocket(environment, asked)];
  if (json) writeData(environment, findings, { checked_by: asked.reached ? 'service' : 'command' });
  else environment.stdout.write(textOf(environment, findings));
  return findings.some(({ status }) => status === 'fail') ? exitCodes.differs : exitCodes.ok;
};
