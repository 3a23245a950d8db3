import { databaseUrl, maskUrl } from './address.js';
import { boolean, integer, optional } from './format.js';
import { duration } from './quantity.js';
import { setting } from './setting.js';

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
