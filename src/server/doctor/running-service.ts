import { describeIssue } from '../../config/issue.js';
import { configDirectory, type CoreServices } from '../startup/bootstrap.js';
import type { ProcessEnvironment } from '../process/environment.js';
import { runChecks } from './run-checks.js';
import type { Finding } from './finding.js';

/** Makes the checks of `rollcall doctor` with the active configuration of the running service. */
export const checkRunningService = (core: CoreServices, environment: ProcessEnvironment): Promise<Finding[]> => {
  const { config, nodeEnv, dataDir, clock } = core;
  const { lastError, pendingRestart } = config.status;
  return runChecks({
    ...{ nodeEnv, dataDir, clock, pendingRestart, env: environment.env, configDirectory: configDirectory(environment) },
    settings: config.current,
    faults: lastError?.errors.map(describeIssue) ?? [],
    warnings: [],
    // The service would not have started without them.
    missingSecrets: [],
  });
};
