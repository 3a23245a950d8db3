/**
 * `npx tsx scripts/bench/user-count.ts [--write] [--large N]`: compares a service with a million accounts with
 * one with ten thousand, alternately, on one PostgreSQL: searches and pages for administrators, logins, and imports.
 * `--write` writes the table to docs/performance.md. It takes about ten minutes.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from 'embedded-postgres-server';
import { createLogger } from '../../src/observability/logger.js';
import { insertAccounts, createDatabase, runImport, writeImportFile, type ImportFigures } from './user-database.js';
import { HttpClient, type RequestOptions } from './http-client.js';
import { describeHost, formatHost } from './host.js';
import { formatMs, formatRate, type Row } from './benchmark.js';
import { writeFigures } from './figures.js';
import { startService } from './service.js';
import { Cleanup } from './environment.js';
import { compare, median } from './statistics.js';
import { markdownTable, plainTable } from './table.js';

const { values } = parseArgs({
  options: { write: { type: 'boolean' }, large: { type: 'string', default: '1000000' } },
});
const sizes = { small: 10_000, large: Number(values.large) };
const imported = { initial: 100_000, additional: 20_000 };
const rounds = { pages: 7, logins: 7 };
/** Requests per sample; a login is dominated by bcrypt, so four are enough. */
const sampleSize = { pages: 30, logins: 4 };

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const cleanup = new Cleanup();

/** One of the two services that are compared, with a client and an administrator. */
interface Target {
  readonly size: number;
  readonly client: HttpClient;
  readonly admin: { readonly username: string; readonly password: string };
  readonly token: string;
}

const formatCount = (count: number): string => count.toLocaleString('en');

const startTarget = async (folder: string, databaseUrl: string, size: number): Promise<Target> => {
  const admin = { username: 'bench-admin', password: randomBytes(15).toString('base64') };
  const workingDirectory = join(folder, String(size));
  mkdirSync(workingDirectory);
  const env = {
    ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: admin.username,
    ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    ROLLCALL_AUTH_ACCESS_TTL: '24h',
  };
  const service = await startService({ projectRoot, folder: workingDirectory, databaseUrl, nodeFlags: [], env });
  cleanup.add(() => service.stop());
  const client = new HttpClient(service.url, 1);
  cleanup.add(() => client.close());
  const { text } = await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: admin });
  return { size, client, admin, token: (JSON.parse(text) as { access_token: string }).access_token };
};

/** The median duration of consecutive requests, in milliseconds. */
const measureRequests = async (
  { client, token }: Target,
  nextRequest: () => RequestOptions,
  count: number,
): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push((await client.expect(200, { token, ...nextRequest() })).ms);
  return median(times);
};

const listUsers = (query: string): RequestOptions => ({ path: `/api/v1/admin/users?${query}` });

const sameRequest =
  (options: RequestOptions): (() => () => RequestOptions) =>
  () =>
  () =>
    options;

/** Searches for random accounts by their full username. */
const randomUsername = ({ size }: Target): (() => RequestOptions) => {
  // In the large database, the first accounts were imported and have other names.
  const first = size > imported.initial ? imported.initial : 0;
  return () => listUsers(`q=user${String(randomInt(first, size)).padStart(7, '0')}`);
};

/** The page that follows the first `depth` accounts. */
const deepPage = async ({ client, token }: Target, depth: number): Promise<() => RequestOptions> => {
  let cursor = '';
  for (let seen = 0; seen < depth; seen += 100) {
    const { text } = await client.expect(200, { token, ...listUsers(`limit=100${cursor}`) });
    cursor = `&cursor=${encodeURIComponent((JSON.parse(text) as { next_cursor: string }).next_cursor)}`;
  }
  return () => listUsers(`limit=20${cursor}`);
};

const compareTargets = async (
  name: string,
  [large, small]: readonly [Target, Target],
  requestsOf: (target: Target) => Promise<() => RequestOptions> | (() => RequestOptions),
  options: { readonly rounds: number; readonly count: number; readonly maxRatio: number },
): Promise<Row> => {
  console.error(`bench: ${name}`);
  const [nextOfLarge, nextOfSmall] = [await requestsOf(large), await requestsOf(small)];
  const subject = (): Promise<number> => measureRequests(large, nextOfLarge, options.count);
  const baseline = (): Promise<number> => measureRequests(small, nextOfSmall, options.count);
  await subject();
  await baseline();
  const comparison = await compare(options.rounds, subject, baseline);
  return {
    name,
    value: `${formatMs(comparison.subject)}; at ${formatCount(small.size)}: ${formatMs(comparison.baseline)}`,
    ratio: comparison.ratio,
    goal: `at most ${String(options.maxRatio)} × ${formatCount(small.size)}`,
    isMet: comparison.ratio <= options.maxRatio,
  };
};

const importRow = (name: string, { perSecond, residentMb }: ImportFigures): Row => ({
  name,
  value: `${formatRate(perSecond)}, at most ${String(Math.round(residentMb))} MB resident`,
});

const measure = async (folder: string, serverUrl: string): Promise<Row[]> => {
  const urls = { small: await createDatabase(serverUrl, 'small'), large: await createDatabase(serverUrl, 'large') };
  const [initialFile, additionalFile] = [join(folder, 'initial.ndjson'), join(folder, 'additional.ndjson')];
  await writeImportFile(initialFile, 'first', imported.initial);
  await writeImportFile(additionalFile, 'late', imported.additional);
  console.error('bench: importing');
  const initialImport = await runImport(projectRoot, folder, urls.large, initialFile);
  console.error(`bench: creating accounts up to ${formatCount(sizes.large)}`);
  await insertAccounts(urls.large, 'user', sizes.large);
  const additionalImport = await runImport(projectRoot, folder, urls.large, additionalFile);
  // Also vacuums the table, so that autovacuum does not run during the measurement.
  await insertAccounts(urls.large, 'user', sizes.large);
  await insertAccounts(urls.small, 'user', sizes.small);
  const targets = [
    await startTarget(folder, urls.large, sizes.large),
    await startTarget(folder, urls.small, sizes.small),
  ] as const;
  const pages = { rounds: rounds.pages, count: sampleSize.pages, maxRatio: 2 };
  const rows = [
    await compareTargets('newest page of accounts', targets, sameRequest(listUsers('limit=20')), pages),
    await compareTargets('page 5,000 accounts deep', targets, (target) => deepPage(target, 5000), pages),
    await compareTargets('search, any one username', targets, randomUsername, pages),
    await compareTargets('search, part of every address', targets, sameRequest(listUsers('q=example')), pages),
    await compareTargets('search, in metadata', targets, sameRequest(listUsers('metadata.team=7')), pages),
    await compareTargets('search, role of one', targets, sameRequest(listUsers('role=admin')), pages),
  ];
  const logins = { rounds: rounds.logins, count: sampleSize.logins, maxRatio: 1.2 };
  const login =
    ({ admin: body }: Target): (() => RequestOptions) =>
    () => ({ method: 'POST', path: '/api/v1/auth/login', body });
  rows.push(await compareTargets('login, bcrypt cost 12', targets, login, logins));
  rows.push(importRow(`import of ${formatCount(imported.initial)} into none`, initialImport));
  rows.push(
    importRow(`import of ${formatCount(imported.additional)} into ${formatCount(sizes.large)}`, additionalImport),
  );
  return rows;
};

const main = async (): Promise<void> => {
  const host = describeHost();
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  // As root, the server runs as another user, which needs access to its data directory.
  chmodSync(folder, 0o755);
  const log = createLogger('warn');
  const server = await startEmbeddedServer({ dataDir: join(folder, 'data'), log, env: process.env });
  cleanup.add(() => server.stop());
  const rows = await measure(folder, server.url);
  const hostLine = formatHost(host, server.version);
  console.log(`${hostLine}\n\n${plainTable(rows)}`);
  if (values.write === true) {
    writeFigures(`${projectRoot}docs/performance.md`, `${hostLine}\n\n${markdownTable(rows)}`, 'bench-users');
  }
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanup.run().then(() => process.exit(130)));
}
try {
  await main();
} catch (error) {
  console.error('bench:', error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}
