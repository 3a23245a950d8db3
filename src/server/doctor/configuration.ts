import { environmentName } from '../../config/schema/schema.js';
import { fail, ok, warn, type Finding, type CheckContext } from './finding.js';

const count = (number: number, one: string, many: string): string => `${String(number)} ${number === 1 ? one : many}`;

/** Checks that files and environment are valid, and whether keys are waiting for a restart. */
export const checkConfiguration = ({ configDirectory, errors, warnings, pendingRestart }: CheckContext): Finding[] => [
  ...(errors.length === 0
    ? [ok('configuration', `${configDirectory} is valid`)]
    : errors.map((error) =>
        fail('configuration', error, 'correct the file; the last valid configuration stays active'),
      )),
  ...warnings.map((warning) => warn('environment', warning)),
  ...(pendingRestart.length === 0
    ? []
    : [
        warn(
          'pending_restart',
          `${count(pendingRestart.length, 'key is', 'keys are')} waiting for a restart: ${pendingRestart.join(', ')}`,
          'restart the service',
        ),
      ]),
];

/** Checks that the secrets that production requires are set. */
export const checkSecretsPresent = ({ nodeEnv, missingSecrets }: CheckContext): Finding[] =>
  missingSecrets.length > 0
    ? missingSecrets.map((key) => {
        const variable = environmentName(key);
        return fail('secrets_present', `${key} is not set`, `set ${variable} or ${variable}_FILE`);
      })
    : [
        ok(
          'secrets_present',
          nodeEnv === 'production' ? 'all required secrets are set' : 'not required outside production',
        ),
      ];
