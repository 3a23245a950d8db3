/**
 * `npx tsx scripts/bench/users.ts [--write] [--large N]`: what a service with a million accounts does against one with
 * ten thousand, in turn, on one server: searches and pages of administrators, logins; and how quickly accounts are
 * imported. `--write` puts the table into docs/performance.md. It takes about ten minutes.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from 'embedded-postgres-server';
import { createLogger } from '../../src/observability/logger.js';
import { fillUp, makeDatabase, runImport, writeAccounts, type ImportFigures } from './crowd.js';
import { HttpClient, type Sending } from './http-client.js';
import { describeMachine, machineSentence } from './machine.js';
import { milliseconds, rate, type Row } from './measure.js';
import { writeFigures } from './page.js';
import { startService } from './service.js';
import { Cleanup } from './stage.js';
import { compare, median } from './statistics.js';
import { markdownTable, plainTable } from './table.js';

const { values } = parseArgs({
  options: { write: { type: 'boolean' }, large: { type: 'string', default: '1000000' } },
});
const sizes = { small: 10_000, large: Number(values.large) };
const imported = { file: 100_000, late: 20_000 };
const rounds = { pages: 7, logins: 7 };
/** Requests of one slice; a login is mostly bcrypt, so few will do. */
const slice = { pages: 30, logins: 4 };

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const cleanup = new Cleanup();

/** One of the two services, and how to ask it. */
interface Side {
  readonly size: number;
  readonly client: HttpClient;
  readonly admin: { readonly username: string; readonly password: string };
  readonly token: string;
}

const grouped = (count: number): string => count.toLocaleString('en');

const openSide = async (folder: string, databaseUrl: string, size: number): Promise<Side> => {
  const admin = { username: 'bench-admin', password: randomBytes(15).toString('base64') };
  const own = join(folder, String(size));
  mkdirSync(own);
  const env = {
    ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: admin.username,
    ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    ROLLCALL_AUTH_ACCESS_TTL: '24h',
  };
  const service = await startService({ projectRoot, folder: own, databaseUrl, nodeFlags: [], env });
  cleanup.add(() => service.stop());
  const client = new HttpClient(service.url, 1);
  cleanup.add(() => client.close());
  const { text } = await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: admin });
  return { size, client, admin, token: (JSON.parse(text) as { access_token: string }).access_token };
};

/** The median time of requests that follow one another, in milliseconds. */
const timeOf = async ({ client, token }: Side, next: () => Sending, count: number): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push((await client.expect(200, { token, ...next() })).ms);
  return median(times);
};

const listing = (query: string): Sending => ({ path: `/api/v1/admin/users?${query}` });

const always =
  (sending: Sending): (() => () => Sending) =>
  () =>
  () =>
    sending;

/** Searches for one account after the other, each by its whole name. */
const anyName = ({ size }: Side): (() => Sending) => {
  // The first ones of the large crowd came by import, under other names.
  const least = size > imported.file ? imported.file : 0;
  return () => listing(`q=user${String(randomInt(least, size)).padStart(7, '0')}`);
};

/** The page that begins so many accounts deep. */
const deepPage = async ({ client, token }: Side, depth: number): Promise<() => Sending> => {
  let cursor = '';
  for (let seen = 0; seen < depth; seen += 100) {
    const { text } = await client.expect(200, { token, ...listing(`limit=100${cursor}`) });
    cursor = `&cursor=${encodeURIComponent((JSON.parse(text) as { next_cursor: string }).next_cursor)}`;
  }
  return () => listing(`limit=20${cursor}`);
};

const compareSides = async (
  name: string,
  [large, small]: readonly [Side, Side],
  sendings: (side: Side) => Promise<() => Sending> | (() => Sending),
  terms: { readonly rounds: number; readonly count: number; readonly atMost: number },
): Promise<Row> => {
  console.error(`bench: ${name}`);
  const [ofLarge, ofSmall] = [await sendings(large), await sendings(small)];
  const ours = (): Promise<number> => timeOf(large, ofLarge, terms.count);
  const theirs = (): Promise<number> => timeOf(small, ofSmall, terms.count);
  await ours();
  await theirs();
  const found = await compare(terms.rounds, ours, theirs);
  return {
    name,
    value: `${milliseconds(found.ours)}; at ${grouped(small.size)}: ${milliseconds(found.theirs)}`,
    ratio: found.ratio,
    goal: `at most ${String(terms.atMost)} × ${grouped(small.size)}`,
    isMet: found.ratio <= terms.atMost,
  };
};

const importRow = (name: string, { perSecond, residentMb }: ImportFigures): Row => ({
  name,
  value: `${rate(perSecond)}, at most ${String(Math.round(residentMb))} MB resident`,
});

const measure = async (folder: string, serverUrl: string): Promise<Row[]> => {
  const urls = { small: await makeDatabase(serverUrl, 'small'), large: await makeDatabase(serverUrl, 'large') };
  const [file, late] = [join(folder, 'first.ndjson'), join(folder, 'late.ndjson')];
  await writeAccounts(file, 'first', imported.file);
  await writeAccounts(late, 'late', imported.late);
  console.error('bench: importing');
  const first = await runImport(projectRoot, folder, urls.large, file);
  console.error(`bench: filling up to ${grouped(sizes.large)}`);
  await fillUp(urls.large, 'user', sizes.large);
  const second = await runImport(projectRoot, folder, urls.large, late);
  // What an import leaves to autovacuum is done by the time that anybody measures.
  await fillUp(urls.large, 'user', sizes.large);
  await fillUp(urls.small, 'user', sizes.small);
  const sides = [
    await openSide(folder, urls.large, sizes.large),
    await openSide(folder, urls.small, sizes.small),
  ] as const;
  const pages = { rounds: rounds.pages, count: slice.pages, atMost: 2 };
  const rows = [
    await compareSides('newest page of accounts', sides, always(listing('limit=20')), pages),
    await compareSides('page 5,000 accounts deep', sides, (side) => deepPage(side, 5000), pages),
    await compareSides('search, any one username', sides, anyName, pages),
    await compareSides('search, part of every address', sides, always(listing('q=example')), pages),
    await compareSides('search, in metadata', sides, always(listing('metadata.team=7')), pages),
    await compareSides('search, role of one', sides, always(listing('role=admin')), pages),
  ];
  const logins = { rounds: rounds.logins, count: slice.logins, atMost: 1.2 };
  const login =
    ({ admin: body }: Side): (() => Sending) =>
    () => ({ method: 'POST', path: '/api/v1/auth/login', body });
  rows.push(await compareSides('login, bcrypt cost 12', sides, login, logins));
  rows.push(importRow(`import of ${grouped(imported.file)} into none`, first));
  rows.push(importRow(`import of ${grouped(imported.late)} into ${grouped(sizes.large)}`, second));
  return rows;
};

const main = async (): Promise<void> => {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  // The server runs under another account where this one is root, and has to reach its data.
  chmodSync(folder, 0o755);
  const log = createLogger('warn');
  const server = await startEmbeddedServer({ dataDir: join(folder, 'data'), log, env: process.env });
  cleanup.add(() => server.stop());
  const rows = await measure(folder, server.url);
  const facts = machineSentence(machine, server.version);
  console.log(`${facts}\n\n${plainTable(rows)}`);
  if (values.write === true) {
    writeFigures(`${projectRoot}docs/performance.md`, `${facts}\n\n${markdownTable(rows)}`, 'bench-users');
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
