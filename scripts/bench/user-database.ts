import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { migrateUp } from '../../src/database/migrations.js';
import { Database } from '../../src/database/database.js';
import { createLogger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';

/** A bcrypt hash in the format of other systems, without a known password. */
const importedHash = `$2y$12$${'a'.repeat(53)}`;

/** Accounts inserted by one statement. */
const batchSize = 50_000;

/** Different values of `metadata.team`. */
const teams = 100;

/** Runs a callback with a database connection without a statement timeout. */
export const withDatabase = async <T>(url: string, work: (database: Database) => Promise<T>): Promise<T> => {
  const log = createLogger('warn');
  const pool = { min: 0, max: 2 };
  const database = new Database({ url, pool, statementTimeoutMs: 0, slowQueryMs: 1e9, log, metrics: new Metrics() });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
};

/** Creates and migrates an empty database on a server, and returns its URL. */
export const createDatabase = async (serverUrl: string, name: string): Promise<string> => {
  await withDatabase(serverUrl, ({ knex }) => knex.raw('CREATE DATABASE ??', [name]));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await withDatabase(url.href, ({ knex }) => migrateUp(knex, createLogger('warn')));
  return url.href;
};

const accountRecord = (prefix: string, index: number): object => {
  const username = `${prefix}${String(index).padStart(7, '0')}`;
  const email = `${username}@example.org`;
  const metadata = { team: index % teams, city: 'Oslo' };
  return { username, email, email_verified: true, description: 'x'.repeat(60), metadata, password_hash: importedHash };
};

/** Writes an NDJSON file for `rollcall users import`. */
export const writeImportFile = (file: string, prefix: string, count: number): Promise<void> => {
  const lines = function* (): Generator<string> {
    for (let index = 0; index < count; index += 1) yield `${JSON.stringify(accountRecord(prefix, index))}\n`;
  };
  return pipeline(Readable.from(lines()), createWriteStream(file));
};

/** Result of an import. */
export interface ImportFigures {
  readonly perSecond: number;
  /** Maximum resident memory of the process, in MB. */
  readonly residentMb: number;
}

/** Runs the built `rollcall users import` in a child process. */
export const runImport = async (
  projectRoot: string,
  folder: string,
  url: string,
  file: string,
): Promise<ImportFigures> => {
  const probe = `process.on('exit', () => console.log('maxRSS', process.resourceUsage().maxRSS));`;
  const args = [`--import=data:text/javascript,${encodeURIComponent(probe)}`, join(projectRoot, 'dist/src/main.js')];
  const child = spawn(process.execPath, [...args, 'users', 'import', file], {
    cwd: folder,
    env: { DATABASE_URL: url, ROLLCALL_CONFIG_DIR: join(projectRoot, 'config') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => chunks.push(data));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  const text = Buffer.concat(chunks).toString();
  const perSecond = /, ([\d,]+)\/s$/m.exec(text)?.[1];
  const kilobytes = /^maxRSS (\d+)$/m.exec(text)?.[1];
  if (exitCode !== 0 || perSecond === undefined || kilobytes === undefined) {
    throw new Error(`import failed: ${text.slice(-500)}`);
  }
  return { perSecond: Number(perSecond.replaceAll(',', '')), residentMb: Number(kilobytes) / 1024 };
};

/** Inserts accounts with SQL until the database has `total`, which is faster than an import; then vacuums and analyzes it. */
export const insertAccounts = (url: string, prefix: string, total: number): Promise<void> =>
  withDatabase(url, async ({ knex }) => {
    const { rows } = await knex.raw<{ rows: { count: number }[] }>('SELECT count(*)::integer AS count FROM users');
    for (let from = rows[0]?.count ?? 0; from < total; from += batchSize) {
      const last = Math.min(total, from + batchSize) - 1;
      await knex.raw(
        `WITH inserted AS (
          INSERT INTO users (id, username, email, email_verified, description, metadata, password_hash, created_at)
            SELECT gen_random_uuid(), name, name || '@example.org', true, repeat('x', 60),
              jsonb_build_object('team', n % :teams, 'city', 'Oslo'), :hash, now() - make_interval(secs => n)
            FROM (SELECT n, :prefix || lpad(n::text, 7, '0') AS name FROM generate_series(:from::integer, :last::integer) n) AS row
            RETURNING id)
          INSERT INTO user_roles (user_id, role_id)
            SELECT inserted.id, roles.id FROM inserted CROSS JOIN roles WHERE roles.name = 'user'`,
        { teams, hash: importedHash, prefix, from, last },
      );
    }
    await knex.raw('VACUUM ANALYZE');
  });
