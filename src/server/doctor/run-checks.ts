import { describeIssue } from '../../config/issue.js';
import { configDirectory, type CoreServices } from '../startup/bootstrap.js';
import type { ProcessEnvironment } from '../process/environment.js';
import { checkConfiguration, checkSecretsPresent } from './configuration.js';
import { checkDatabase } from './database.js';
import { checkDisk, checkPermissions } from './files.js';
import type { Finding, CheckContext } from './finding.js';
import { checkMail } from './mail.js';

/** Runs all checks of `rollcall doctor`. They change nothing and send no email. */
export const runChecks = async (context: CheckContext): Promise<Finding[]> => {
  const [database, mail] = await Promise.all([checkDatabase(context), checkMail(context)]);
  return [
    ...checkConfiguration(context),
    ...checkSecretsPresent(context),
    ...database,
    ...mail,
    ...checkPermissions(context),
    ...checkDisk(context),
  ];
};

/** Runs the checks with the active configuration of the running service. */
export const checkRunningService = (core: CoreServices, environment: ProcessEnvironment): Promise<Finding[]> => {
  const { config, nodeEnv, dataDir, clock } = core;
  const { lastError, pendingRestart } = config.status;
  return runChecks({
    ...{ nodeEnv, dataDir, clock, pendingRestart, env: environment.env, configDirectory: configDirectory(environment) },
    settings: config.current,
    errors: lastError?.errors.map(describeIssue) ?? [],
    warnings: [],
    // The service does not start without its secrets.
    missingSecrets: [],
  });
};
