import type { ConfigIssue, Position } from '../issue.js';
import { maxFeatureFlags } from './feature-flags.js';
import type { Settings } from './schema.js';

/** Where a key is set. */
export interface SettingPlace extends Partial<Position> {
  /** The file or the environment variable, `override` or `rollback`; null for a default. */
  readonly file: string | null;
}

/**
 * A rule between keys. The error is reported for a key that a request changes, then for an overridden one, then for the first
 * that is not at its default.
 */
interface Rule {
  readonly keys: readonly string[];
  readonly holds: (settings: Settings) => boolean;
  readonly says: string;
}

const rules: readonly Rule[] = [
  {
    keys: ['auth.access.ttl', 'auth.refresh.ttl'],
    holds: ({ auth }) => auth.access.ttl < auth.refresh.ttl,
    says: 'auth.access.ttl must be shorter than auth.refresh.ttl',
  },
  {
    keys: ['auth.refresh.ttl', 'auth.refresh.absoluteTtl'],
    holds: ({ auth }) => auth.refresh.ttl <= auth.refresh.absoluteTtl,
    says: 'auth.refresh.ttl must not be longer than auth.refresh.absoluteTtl',
  },
  {
    keys: ['auth.refresh.grace', 'auth.refresh.ttl'],
    holds: ({ auth }) => auth.refresh.grace < auth.refresh.ttl,
    says: 'auth.refresh.grace must be shorter than auth.refresh.ttl',
  },
  {
    keys: ['auth.keys.maxRetention', 'auth.access.ttl'],
    holds: ({ auth }) => auth.keys.maxRetention >= auth.access.ttl,
    says: 'auth.keys.maxRetention must be at least auth.access.ttl; otherwise keys would be removed while tokens are still valid',
  },
  {
    keys: ['features'],
    holds: ({ features }) => Object.keys(features).length <= maxFeatureFlags,
    says: `features must have at most ${maxFeatureFlags} flags`,
  },
  {
    keys: ['database.pool.min', 'database.pool.max'],
    holds: ({ database }) => database.pool.min <= database.pool.max,
    says: 'database.pool.min must not be larger than database.pool.max',
  },
  {
    keys: ['password.minLength', 'password.maxLength'],
    holds: ({ password }) => password.minLength <= password.maxLength,
    says: 'password.minLength must not be larger than password.maxLength',
  },
  {
    keys: ['server.headersTimeout', 'server.requestTimeout'],
    holds: ({ server }) => server.headersTimeout <= server.requestTimeout,
    says: 'server.headersTimeout must not be longer than server.requestTimeout',
  },
  {
    keys: ['metrics.port', 'server.port'],
    holds: ({ metrics, server }) =>
      !metrics.enabled || metrics.port === 0 || metrics.port !== server.port || metrics.host !== server.host,
    says: 'metrics.port must differ from server.port on the same address',
  },
  {
    keys: ['logging.override.level', 'logging.override.until'],
    holds: ({ logging }) => (logging.override.level === null) === (logging.override.until === null),
    says: 'logging.override.level and logging.override.until must be set together',
  },
  {
    keys: ['mail.transport', 'mail.smtp.host'],
    holds: ({ mail }) => mail.transport !== 'smtp' || mail.smtp.host !== null,
    says: 'mail.transport: smtp requires mail.smtp.host',
  },
  {
    keys: ['mail.transport', 'server.publicUrl'],
    holds: ({ mail, server }) => mail.transport !== 'smtp' || server.publicUrl !== null,
    says: 'mail.transport: smtp requires server.publicUrl, the base URL of links in mail',
  },
  {
    keys: ['mail.smtp.username', 'mail.smtp.password'],
    holds: ({ mail }) => (mail.smtp.username === null) === (mail.smtp.password === null),
    says: 'mail.smtp.username and mail.smtp.password must be set together',
  },
];

/** Whether an override sets the key. */
const isOverride = ({ file }: SettingPlace): boolean => file === 'override' || file === 'rollback';

/** Whether a rule can be checked: none of its keys is invalid, and no file. */
const canBeChecked = ({ keys }: Rule, issues: readonly ConfigIssue[]): boolean =>
  !issues.some(({ key, code }) => key === null || code === 'duplicate_key' || keys.includes(key));

/**
 * Checks the rules between keys.
 * @param placeOf where a key is set
 * @param found errors so far; rules about these keys are skipped, because defaults replace the invalid values
 * @param isChanged whether a request changes a key; errors are reported for it
 */
export const checkRules = (
  settings: Settings,
  placeOf: (key: string) => SettingPlace,
  found: readonly ConfigIssue[] = [],
  isChanged: (key: string) => boolean = () => false,
): ConfigIssue[] =>
  rules
    .filter((rule) => canBeChecked(rule, found) && !rule.holds(settings))
    .map(({ keys, says }) => {
      const key =
        keys.find(isChanged) ??
        keys.find((candidate) => isOverride(placeOf(candidate))) ??
        keys.find((candidate) => placeOf(candidate).file !== null) ??
        keys[0] ??
        null;
      return { key, ...(key === null ? { file: null } : placeOf(key)), code: 'conflict', message: says };
    });
