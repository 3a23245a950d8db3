import {
  textFormat,
  boolean,
  duration,
  durationOrOff,
  type Format,
  integer,
  oneOf,
  optional,
  outOfRange,
  valid,
} from './format.js';
import { databaseUrl, maskUrl } from './network-formats.js';
import { setting } from './setting.js';

/** Part of all messages about Redis settings. */
export const redisUnavailable = 'the Redis store is not available in this release';

/** `database.*`: PostgreSQL. */
export const database = {
  url: setting(optional(databaseUrl), {
    doc: 'Connection URL of the PostgreSQL server. Without it, the service starts an embedded server for development and tests.',
    class: 'restart',
    default: null,
    secret: true,
    mask: (value) => (value === null ? '' : maskUrl(value)),
    alias: 'DATABASE_URL',
    example: 'postgres://rollcall:password@127.0.0.1:5432/rollcall',
  }),
  pool: {
    min: setting(integer(0, 200), {
      doc: 'Minimum number of open connections.',
      unit: 'connections',
      class: 'drain',
      default: 2,
    }),
    max: setting(integer(1, 200), {
      doc: 'Maximum number of connections.',
      unit: 'connections',
      class: 'drain',
      default: 10,
    }),
  },
  statementTimeout: setting(duration('100ms', '10m'), {
    doc: 'Time after which a statement is cancelled, including the wait for a connection.',
    class: 'drain',
    default: '5s',
  }),
  slowQuery: setting(duration('1ms', '10m'), {
    doc: 'Statements that take longer than this are logged as slow.',
    class: 'drain',
    default: '1s',
  }),
  migrateOnStart: setting(boolean, {
    doc: 'Whether the service applies pending migrations when it starts.',
    class: 'restart',
    default: true,
  }),
};

const ttl = (what: string, value: string) =>
  setting(duration('100ms', '7d'), { doc: `How long ${what} is cached.`, class: 'live', default: value });

/** `cache.*`: cached responses and records. */
export const cache = {
  enabled: setting(boolean, { doc: 'Whether responses and records are cached.', class: 'live', default: true }),
  store: setting(oneOf(['auto', 'memory'], redisUnavailable), {
    doc: 'Where cached values are stored. Memory is the only store in this release, so auto and memory mean the same.',
    class: 'drain',
    default: 'auto',
  }),
  ttl: {
    greet: ttl('a greeting', '60s'),
    version: ttl('the response of /api/version', '60s'),
    info: ttl('the response of /api/info', '5s'),
    user: ttl('a user record', '30s'),
  },
};

/** Accepts only null because Redis is not supported yet. */
const unavailable: Format<null> = textFormat({
  expects: `null; ${redisUnavailable}`,
  json: { type: 'null' },
  parse: (raw) => (raw === null ? valid(null) : outOfRange),
});

/** `redis.*`: reserved for a shared store. */
export const redis = {
  url: setting(unavailable, {
    doc: 'URL of a Redis server. Redis is not supported in this release, so no value is accepted.',
    class: 'drain',
    default: null,
    secret: true,
  }),
};

/** `users.*`: retention of deleted and inactive accounts, and of other data. */
export const users = {
  deletionGrace: setting(duration('1s', '3650d'), {
    doc: 'How long a deleted account can be restored. After that it is erased permanently and its username becomes available again.',
    class: 'live',
    default: '30d',
  }),
  inactiveRetention: setting(durationOrOff('1d', '3650d'), {
    doc: 'Time of inactivity after which the owner of an account is warned by email that it will be deleted; off keeps inactive accounts. Blocked accounts and the last administrator are never deleted.',
    class: 'live',
    default: 'off',
  }),
  inactiveNotice: setting(duration('1h', '365d'), {
    doc: 'Time between the warning and the deletion. A login during this time keeps the account. Accounts without a verified address cannot be warned but get the same time.',
    class: 'live',
    default: '30d',
  }),
  cleanupInterval: setting(duration('1s', '24h'), {
    doc: 'Interval at which expired data is removed: deleted and inactive accounts, expired sessions and tokens, greetings, old mail, audit partitions.',
    class: 'live',
    default: '1h',
  }),
  greetingRetention: setting(duration('1s', '3650d'), {
    doc: 'How long greetings are kept.',
    class: 'live',
    default: '90d',
  }),
};

/** `audit.*` */
export const audit = {
  retention: setting(durationOrOff('1d', '3650d'), {
    doc: 'How long audit events are kept. A month is removed once all of its events are older. off keeps all of them.',
    class: 'live',
    default: 'off',
  }),
};
