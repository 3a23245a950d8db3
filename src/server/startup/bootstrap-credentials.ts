import { resolve } from 'node:path';
import { mountedText } from '../../config/files/environment.js';
import { readFileState } from '../../config/files/disk-state.js';
import { Username } from '../../contract/user.js';
import { Database } from '../../database/database.js';
import { hasAdmin } from '../../models/roles/administrator.js';
import { Metrics } from '../../observability/metrics.js';
import { PasswordPolicy } from '../../security/password-policy.js';
import type { PasswordPolicySettings } from '../../security/settings.js';
import type { AdministratorCredentials } from './administrator.js';
import type { CoreServices } from './bootstrap.js';
import { exitCodes, CommandError, type ProcessEnvironment } from '../process/environment.js';

const usernameVariable = 'ROLLCALL_BOOTSTRAP_ADMIN_USERNAME';
const passwordVariable = 'ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD';

/** Time limit for the query whether an administrator exists, in milliseconds. */
const lookupTimeoutMs = 2_000;

/** A value and the variable that contains it or its file name. */
interface VariableValue {
  readonly variable: string;
  readonly value: string;
}

const fail = (message: string): never => {
  throw new CommandError(message, exitCodes.badConfiguration);
};

/** The value of a variable, or of the file that `<variable>_FILE` names. */
const read = ({ env, cwd }: Pick<ProcessEnvironment, 'env' | 'cwd'>, variable: string): VariableValue | undefined => {
  const fileVariable = `${variable}_FILE`;
  const [value, path] = [env[variable], env[fileVariable]];
  if (path === undefined) return value === undefined ? undefined : { variable, value };
  if (value !== undefined) return fail(`both ${variable} and ${fileVariable} are set; keep one`);
  const content = mountedText(readFileState(resolve(cwd, path)), variable, path);
  if ('issue' in content) return fail(`${fileVariable}: ${path}: ${content.issue.message}`);
  return { variable: fileVariable, value: content.text };
};

const checkedLogin = (
  environment: Pick<ProcessEnvironment, 'env' | 'cwd'>,
  settings: PasswordPolicySettings,
): AdministratorCredentials | undefined => {
  const [username, password] = [read(environment, usernameVariable), read(environment, passwordVariable)];
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) return fail(`${passwordVariable} is set without ${usernameVariable}; set both`);
  if (password === undefined) return fail(`${usernameVariable} is set without ${passwordVariable}; set both`);
  const name = Username.safeParse(username.value);
  const reasons = [
    ...(name.success ? [] : name.error.issues.map(({ message }) => `${username.variable} ${message}`)),
    ...new PasswordPolicy()
      .check(password.value, { username: username.value }, settings)
      .map(({ message }) => `${password.variable} is rejected: it ${message}`),
  ];
  if (reasons.length > 0) return fail(reasons.join('; '));
  return { username: username.value, password: password.value };
};

/** Whether the database has an administrator; false if it is unavailable or not migrated. */
const administratorExists = async ({ config, log }: CoreServices): Promise<boolean> => {
  const { url } = config.current.database;
  if (url === null) return false;
  const times = { statementTimeoutMs: lookupTimeoutMs, slowQueryMs: lookupTimeoutMs };
  let db: Database | undefined;
  try {
    db = new Database({ url, pool: { min: 0, max: 1 }, ...times, log, metrics: new Metrics() });
    return await db.read((reader) => hasAdmin(reader));
  } catch (error) {
    log.debug({ event: 'administrator.lookup_failed', err: error }, 'cannot look up administrators');
    return false;
  } finally {
    await db?.close();
  }
};

/**
 * Reads and validates the credentials of the first administrator from the environment. If the database already has an
 * administrator, errors are only logged as a warning.
 * @returns undefined if the variables are not set
 * @throws {CommandError} exit code 2: one of the two is missing, a variable and its file are both set, a file cannot be read,
 * or a value is invalid
 */
export const readBootstrapCredentials = async (
  core: CoreServices,
  environment: Pick<ProcessEnvironment, 'env' | 'cwd'>,
): Promise<AdministratorCredentials | undefined> => {
  try {
    return checkedLogin(environment, core.config.current);
  } catch (error) {
    if (!(error instanceof CommandError) || !(await administratorExists(core))) throw error;
    core.log.warn(
      { event: 'administrator.bootstrap_ignored' },
      `${error.message}; ignored because an administrator exists`,
    );
    return undefined;
  }
};
