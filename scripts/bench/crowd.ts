import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { migrateUp } from '../../src/database/migrations.js';
import { Database } from '../../src/database/database.js';
import { createLogger } from '../../src/observability/logger.js';
import { Metrics } from '../../src/observability/metrics.js';

/** A bcrypt hash as other systems export it; nobody knows its password. */
const foreignHash = `$2y$12$${'a'.repeat(53)}`;

/** Accounts that are made by one statement. */
const chunk = 50_000;

/** Places that a search may be for, each held by one account in a hundred. */
const teams = 100;

/** A database with migrations in it, for as long as the work takes; its statements may take as long as they need. */
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

/** Makes an empty, migrated database beside the given one; its URL. */
export const makeDatabase = async (serverUrl: string, name: string): Promise<string> => {
  await withDatabase(serverUrl, ({ knex }) => knex.raw('CREATE DATABASE ??', [name]));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await withDatabase(url.href, ({ knex }) => migrateUp(knex, createLogger('warn')));
  return url.href;
};

const recordOf = (prefix: string, index: number): object => {
  const username = `${prefix}${String(index).padStart(7, '0')}`;
  const email = `${username}@example.org`;
  const metadata = { team: index % teams, city: 'Oslo' };
  return { username, email, email_verified: true, description: 'x'.repeat(60), metadata, password_hash: foreignHash };
};

/** Writes a file of accounts for `rollcall users import`. */
export const writeAccounts = (file: string, prefix: string, count: number): Promise<void> => {
  const lines = function* (): Generator<string> {
    for (let index = 0; index < count; index += 1) yield `${JSON.stringify(recordOf(prefix, index))}\n`;
  };
  return pipeline(Readable.from(lines()), createWriteStream(file));
};

/** What an import came to. */
export interface ImportFigures {
  readonly perSecond: number;
  /** Most memory that its process held, in MB. */
  readonly residentMb: number;
}

/** Runs `rollcall users import` of the built command as a process of its own. */
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
    throw new Error(`the import has failed: ${text.slice(-500)}`);
  }
  return { perSecond: Number(perSecond.replaceAll(',', '')), residentMb: Number(kilobytes) / 1024 };
};

/** Fills the database up to so many accounts, quicker than any import could, and tells the planner. */
export const fillUp = (url: string, prefix: string, total: number): Promise<void> =>
  withDatabase(url, async ({ knex }) => {
    const { rows } = await knex.raw<{ rows: { count: number }[] }>('SELECT count(*)::integer AS count FROM users');
    for (let from = rows[0]?.count ?? 0; from < total; from += chunk) {
      const last = Math.min(total, from + chunk) - 1;
      await knex.raw(
        `WITH made AS (
          INSERT INTO users (id, username, email, email_verified, description, metadata, password_hash, created_at)
            SELECT gen_random_uuid(), name, name || '@example.org', true, repeat('x', 60),
              jsonb_build_object('team', n % :teams, 'city', 'Oslo'), :hash, now() - make_interval(secs => n)
            FROM (SELECT n, :prefix || lpad(n::text, 7, '0') AS name FROM generate_series(:from::integer, :last::integer) n) AS row
            RETURNING id)
          INSERT INTO user_roles (user_id, role_id)
            SELECT made.id, roles.id FROM made CROSS JOIN roles WHERE roles.name = 'user'`,
        { teams, hash: foreignHash, prefix, from, last },
      );
    }
    await knex.raw('VACUUM ANALYZE');
  });
