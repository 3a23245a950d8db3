import type { ConfigFault } from './fault.js';
import { maxSwitches } from './schema/switch.js';
import type { Settings } from './settings.js';

/** A rule between keys; the fault is reported at the first of them that is not at its default. */
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
    says: 'auth.keys.maxRetention must be at least auth.access.ttl, or tokens outlive the key that verifies them',
  },
  {
    keys: ['features'],
    holds: ({ features }) => Object.keys(features).length <= maxSwitches,
    says: `features may hold at most ${maxSwitches} switches`,
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
    says: 'logging.override.level and logging.override.until must be given together',
  },
  {
    keys: ['mail.transport', 'mail.smtp.host'],
    holds: ({ mail }) => mail.transport !== 'smtp' || mail.smtp.host !== null,
    says: 'mail.transport smtp needs mail.smtp.host',
  },
  {
    keys: ['mail.transport', 'server.publicUrl'],
    holds: ({ mail, server }) => mail.transport !== 'smtp' || server.publicUrl !== null,
    says: 'mail.transport smtp needs server.publicUrl, the origin that links in mail begin with',
  },
  {
    keys: ['mail.smtp.username', 'mail.smtp.password'],
    holds: ({ mail }) => (mail.smtp.username === null) === (mail.smtp.password === null),
    says: 'mail.smtp.username and mail.smtp.password must be given together',
  },
];

/** Whether a rule can be judged: none of its keys was refused, nor a whole file in which they may stand. */
const canBeJudged = ({ keys }: Rule, faults: readonly ConfigFault[]): boolean =>
  !faults.some(({ key }) => key === null || keys.includes(key));

/**
 * Checks what no key can check alone.
 * @param fileOf where a key was set; null for a default
 * @param found faults so far; rules about their keys are left out, since defaults stand in their place
 */
export const checkRules = (
  settings: Settings,
  fileOf: (key: string) => string | null,
  found: readonly ConfigFault[] = [],
): ConfigFault[] =>
  rules
    .filter((rule) => canBeJudged(rule, found) && !rule.holds(settings))
    .map(({ keys, says }) => {
      const key = keys.find((candidate) => fileOf(candidate) !== null) ?? keys[0] ?? null;
      return { key, file: key === null ? null : fileOf(key), code: 'conflict', message: says };
    });
