import { describeIssue } from '../../config/issue.js';
import { configDirectory, type Foundation } from '../foundation.js';
import type { Host } from '../host.js';
import { examine } from './examine.js';
import type { Finding } from './finding.js';

/** Makes the checks of `rollcall doctor` with the active configuration of the running service. */
export const examineService = (foundation: Foundation, host: Host): Promise<Finding[]> => {
  const { config, nodeEnv, dataDir, clock } = foundation;
  const { lastError, pendingRestart } = config.status;
  return examine({
    ...{ nodeEnv, dataDir, clock, pendingRestart, env: host.env, configDirectory: configDirectory(host) },
    settings: config.current,
    faults: lastError?.errors.map(describeIssue) ?? [],
    warnings: [],
    // The service would not have started without them.
    missingSecrets: [],
  });
};
