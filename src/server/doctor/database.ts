import type { Settings } from '../../config/schema/schema.js';
import { Database } from '../../database/database.js';
import { findRunningServer } from '../../database/embedded-server.js';
import { classifyDatabaseError, connectionRejection } from '../../database/classify-error.js';
import { migrationStatus, pendingMigrations } from '../../database/migrations.js';
import { MigrationSource } from '../../database/migration-source.js';
import { DatabaseUrlError, maskDatabaseUrl } from '../../database/url.js';
import { hasAdmin } from '../../models/roles/administrator.js';
import { createLogger } from '../../observability/logger.js';
import { Metrics } from '../../observability/metrics.js';
import { checkSecrets } from '../startup/check-secrets.js';
import { CommandError } from '../process/environment.js';
import { fail, ok, skipped, warn, type Finding, type CheckContext } from './finding.js';

/** Timeout of a query, in milliseconds. */
const queryTimeoutMs = 3_000;

/** Differences between the clocks at which a check warns or fails, in milliseconds. */
const [warnSkewMs, failSkewMs] = [1_000, 30_000];

/** The database to check. */
interface DatabaseTarget {
  readonly db: Database;
  readonly context: CheckContext;
  readonly settings: Settings;
  /** Without a password. */
  readonly description: string;
}

const checkSession = async ({ db, context, description }: DatabaseTarget): Promise<Finding[]> => {
  const facts = await db.inspect();
  const { rows } = await db.read((reader) =>
    reader.raw<{ rows: { version: string }[] }>("SELECT current_setting('server_version') AS version"),
  );
  const version = rows[0]?.version.split(' ')[0] ?? 'unknown version';
  const isProduction = context.nodeEnv === 'production';
  return [
    facts.isReadOnly
      ? fail('database', `${description} is read-only, perhaps a standby`, 'connect to the primary server')
      : ok('database', `PostgreSQL ${version} at ${description}`),
    ...(facts.isPooled
      ? [
          warn(
            'database_session',
            'a connection pooler is in use',
            'use its session mode; transaction mode does not work',
          ),
        ]
      : []),
    ...(facts.lostSettings.length === 0
      ? []
      : [
          warn(
            'database_session',
            `the server ignores ${facts.lostSettings.join(', ')}`,
            'let the connection pooler pass these settings on',
          ),
        ]),
    facts.isExposed
      ? (isProduction ? fail : warn)(
          'database_tls',
          'the connection crosses a network without encryption',
          'add sslmode=verify-full to database.url',
        )
      : ok('database_tls', 'the connection is encrypted or does not leave the machine'),
  ];
};

const checkSchema = async ({ db }: DatabaseTarget): Promise<Finding[]> => {
  const pending = await pendingMigrations(db.knex);
  const known = new Set(await new MigrationSource().getMigrations());
  const newer = (await migrationStatus(db.knex)).filter(({ name }) => !known.has(name));
  const number = String(pending.length);
  return [
    pending.length > 0
      ? fail('schema', `database schema is out of date: ${number} pending`, 'run `rollcall migrate up`')
      : ok('schema', 'database schema is up to date'),
    ...(newer.length > 0
      ? [warn('schema', 'the database was migrated by a newer release', 'run that release on every instance')]
      : []),
  ];
};

const checkStoredSecrets = async ({ db, settings, context }: DatabaseTarget): Promise<Finding[]> => {
  if (context.missingSecrets.length > 0) return [skipped('secrets_match', 'secrets are not set')];
  try {
    await checkSecrets({ db, settings, log: createLogger('silent'), record: false });
    return [ok('secrets_match', 'the secrets match the database')];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [fail('secrets_match', error.message, 'set the secret that the other instances use')];
  }
};

const checkClock = async ({ db, context: { clock } }: DatabaseTarget): Promise<Finding[]> => {
  const before = clock.now().getTime();
  const { rows } = await db.read((reader) => reader.raw<{ rows: { now: Date }[] }>('SELECT clock_timestamp() AS now'));
  const middle = (before + clock.now().getTime()) / 2;
  const skewMs = Math.abs((rows[0]?.now.getTime() ?? middle) - middle);
  if (skewMs < warnSkewMs) return [ok('clock', 'agrees with the clock of the database')];
  const message = `differs from the clock of the database by ${(skewMs / 1000).toFixed(1)} s`;
  return [(skewMs < failSkewMs ? warn : fail)('clock', message, 'synchronize the clocks (NTP)')];
};

const checkAdministrator = async ({ db }: DatabaseTarget): Promise<Finding[]> =>
  (await db.read(hasAdmin))
    ? [ok('administrator', 'an administrator exists')]
    : [warn('administrator', 'no administrator exists', 'run `rollcall admin create <username>`')];

/** The finding for a check that failed with an error. */
const explain = (error: unknown, check: string, description: string): Finding => {
  const fix = 'check database.url (DATABASE_URL), and that the server is running';
  const rejection = connectionRejection(error);
  if (rejection !== null) return fail(check, `${description} refuses the connection: ${rejection}`, fix);
  if (error instanceof DatabaseUrlError) return fail(check, error.message, 'correct database.url (DATABASE_URL)');
  const kind = classifyDatabaseError(error);
  if (kind === null) throw error;
  if (kind === 'connection') return fail(check, `cannot connect to ${description}`, fix);
  return fail(check, `${description}: ${kind}`, 'see the log of the database server');
};

/** The checks in order. An error ends the sequence. */
const checks: readonly (readonly [string, (target: DatabaseTarget) => Promise<Finding[]>])[] = [
  ['database', checkSession],
  ['schema', checkSchema],
  ['secrets_match', checkStoredSecrets],
  ['clock', checkClock],
  ['administrator', checkAdministrator],
];

const runDatabaseChecks = async (target: DatabaseTarget): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const [name, check] of checks) {
    const isReadable =
      name === 'database' || !findings.some(({ check: of, status }) => of === 'schema' && status === 'fail');
    if (!isReadable && name !== 'clock') {
      findings.push(skipped(name, 'the database schema is out of date'));
      continue;
    }
    try {
      findings.push(...(await check(target)));
    } catch (error) {
      return [...findings, explain(error, name, target.description)];
    }
  }
  return findings;
};

/** Checks connection, encryption, schema, secrets, clock and administrator. Does not start an embedded database. */
export const checkDatabase = async (context: CheckContext): Promise<Finding[]> => {
  const { settings, env, dataDir, nodeEnv } = context;
  if (settings === null) return [skipped('database', 'the configuration is invalid')];
  const configured = settings.database.url;
  const url = configured ?? (await findRunningServer(dataDir));
  if (url === null) {
    if (nodeEnv === 'production') return [fail('database', 'database.url is not set', 'set DATABASE_URL')];
    return [skipped('database', 'the embedded database is not running; it starts with the service')];
  }
  const libpq = configured === null ? {} : env;
  const timing = { statementTimeoutMs: queryTimeoutMs, slowQueryMs: queryTimeoutMs, pool: { min: 0, max: 1 } };
  const parts = { log: createLogger('silent'), metrics: new Metrics(), applicationName: 'rollcall doctor' };
  let db: Database | undefined;
  try {
    const address = configured ?? `${url}?sslmode=disable`;
    db = new Database({ url: address, env: libpq, ...timing, ...parts });
    return await runDatabaseChecks({ db, context, settings, description: maskDatabaseUrl(address, libpq) });
  } catch (error) {
    return [explain(error, 'database', maskDatabaseUrl(url, libpq))];
  } finally {
    await db?.close();
  }
};
