import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.js';
import { discard, logLines, makeFolder, startService, type Service } from '../../support/service.js';
import { createMigratedDatabase, openDatabase, type TestDatabase } from '../../support/postgres.js';
import { waitUntil } from '../../support/wait-until.js';

let database: TestDatabase;
let folder: string;
let service: Service;

/** Variables of the service. The shell of the commands has none of them. */
const environment = (): Record<string, string> => ({
  DATABASE_URL: database.url,
  ROLLCALL_LOGGING_LEVEL: 'info',
  ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64),
  ROLLCALL_PASSWORD_PEPPER: 'b'.repeat(64),
});

const run = async (...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> => {
  let [stdout, stderr] = ['', ''];
  const exitCode = await runProgram({
    ...{ argv, env: {}, cwd: folder, pid: process.pid, nodeVersion: process.version, stdin: Readable.from([]) },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    onSignal: () => () => undefined,
  });
  return { exitCode, stdout, stderr };
};

const json = async <T>(...argv: string[]): Promise<T> => JSON.parse((await run(...argv, '--json')).stdout) as T;

/** Writes local.yaml, and resolves when the service has read it. */
const edit = async (yaml: string): Promise<void> => {
  writeFileSync(join(folder, 'config', 'local.yaml'), yaml);
  await run('config', 'reload');
};

beforeAll(async () => {
  database = await createMigratedDatabase();
  folder = makeFolder();
  service = startService(folder, { env: environment() });
  await service.listening();
  await waitUntil('ready', async () => (await run('status')).exitCode === 0);
}, 120_000);
afterAll(async () => {
  await discard(service);
  await database.drop();
});

describe('rollcall status', () => {
  it('shows readiness, configuration and instances of the running service', async () => {
    const { data } = await json<{ data: Record<string, unknown> }>('status');
    expect(data).toMatchObject({
      ready: true,
      reasons: [],
      connections: { database: 'healthy' },
      configuration: { revision: 1, pending_restart: [], last_error: null },
      instances: [{ pid: service.child.pid, revision: 1, live: true, lagging: false }],
    });
    expect((await run('status')).stdout).toMatch(/^ {2}ready +yes$/m);
  });

  it('exits with 3 while the files are rejected, and prints the error', async () => {
    await edit('api: {v2Enabled: maybe}\n');
    const { exitCode, stdout } = await run('status');
    expect([exitCode, stdout]).toEqual([3, expect.stringMatching(/last reload +rejected .*api\.v2Enabled/) as string]);
    const place = 'local.yaml:1:18: api.v2Enabled: must be';
    expect(stdout).toContain(place);
    for (const argv of [['reload'], ['diff'], ['check']]) {
      const failed = await run('config', ...argv);
      expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining(place) as string]);
    }
    await edit('{}\n');
    expect((await run('status')).exitCode).toBe(0);
  });
});

describe('the configuration of the running service', () => {
  it('is shown with the environment of the service and not of the shell', async () => {
    expect(await json('config', 'show', 'logging.level')).toMatchObject({
      data: [{ key: 'logging.level', value: 'info', source: 'env:ROLLCALL_LOGGING_LEVEL' }],
      known_from: 'service',
    });
    expect(await json('config', 'explain', 'ROLLCALL_LOGGING_LEVEL')).toMatchObject({
      data: [{ key: 'logging.level', layers: [{ source: 'default' }, {}, { source: 'env:ROLLCALL_LOGGING_LEVEL' }] }],
    });
  });

  it('differs in keys that require a restart, and not in keys that are set by the environment', async () => {
    await edit('logging: {level: error}\n');
    const pinned = await run('config', 'diff');
    expect([pinned.exitCode, pinned.stdout]).toEqual([
      0,
      `${join(folder, 'config')} compared with the running service (revision 2):\n` +
        'no changes\nno effect: logging.level is set by ROLLCALL_LOGGING_LEVEL\n',
    ]);
    await edit('server: {host: 127.0.0.2}\n');
    const waiting = await run('config', 'diff');
    expect(waiting.exitCode).toBe(3);
    expect(waiting.stdout).toContain('1 key is waiting for a restart: server.host\n');
    expect((await run('config', 'show', 'server.host')).stderr).toContain(
      'waiting for a restart: server.host (127.0.0.2)',
    );
    expect((await run('config', 'explain', 'server.host')).stdout).toMatch(
      /file:default\.yaml +127\.0\.0\.1 +active\n +file:local\.yaml +127\.0\.0\.2 +after a restart\n/,
    );
    const history = (await run('config', 'history', '--limit', '2')).stdout;
    const pinned_by = 'ROLLCALL_LOGGING_LEVEL';
    expect(history.split('\n').slice(1, 3)).toEqual([
      expect.stringContaining(`server.host (after a restart), logging.level (no effect: set by ${pinned_by})`),
      expect.stringMatching(/ {2}logging\.level \(no effect: set by ROLLCALL_LOGGING_LEVEL\) +-$/),
    ]);
    expect((await run('config', 'history', '3')).stdout).toMatch(
      /server\.host +127\.0\.0\.1 +-> +127\.0\.0\.2 +after a restart\n +logging\.level .* no effect: set by ROLLCALL/,
    );
    expect(await json('config', 'history', '3')).toMatchObject({
      data: { pending_restart: ['server.host'], no_effect: [{ key: 'logging.level', pinned_by }] },
    });
    expect((await run('status')).stdout).toMatch(/pending restart +server\.host 127\.0\.0\.1 -> 127\.0\.0\.2/);
    await edit('{}\n');
  });

  it('is compared with another directory by the service', async () => {
    writeFileSync(join(folder, 'config', 'draft.yaml'), '');
    const other = makeFolder('auth: {access: {ttl: 5m}}\n');
    const { exitCode, stdout } = await run('config', 'diff', join(other, 'config'));
    rmSync(other, { recursive: true });
    expect([exitCode, stdout]).toEqual([
      3,
      expect.stringMatching(
        /auth\.access\.ttl +15m +5m +for newly issued tokens and hashes\n1 change, 0 require a restart/,
      ),
    ]);
  });

  it('reports a removed file that is not required at the start', async () => {
    rmSync(join(folder, 'config', 'local.yaml'));
    expect(await run('config', 'check')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('file_missing') as string,
    });
    symlinkSync('nowhere', join(folder, 'config', 'local.yaml'));
    expect((await run('config', 'check')).stderr).toContain('dangling link to nowhere');
    rmSync(join(folder, 'config', 'local.yaml'));
    await edit('{}\n');
  });

  it('is rolled back by the command, and the audit log contains the user', async () => {
    await edit('maintenance: {enabled: true}\n');
    const rolled = await run('config', 'rollback', '1', '--reason', 'too early');
    expect([rolled.exitCode, rolled.stdout]).toEqual([
      0,
      expect.stringMatching(/^configuration applied \(revision \d+\)\nchanged: maintenance\.enabled\n$/),
    ]);
    const db = openDatabase(database.url);
    const { rows } = await db.knex.raw<{ rows: { actor_id: null; details: Record<string, unknown> }[] }>(
      `SELECT actor_id, details FROM audit_events WHERE action = 'config.rolled_back'`,
    );
    await db.close();
    expect(rows).toMatchObject([
      {
        actor_id: null,
        details: {
          ...{ via: 'cli', rollback_to: 1, reason: 'too early' },
          ...{ cli_user: expect.stringMatching(/./) as string, hostname: expect.stringMatching(/./) as string },
        },
      },
    ]);
    const { data } = await json<{ data: { rollback_of: number | null; actor: string | null }[] }>('config', 'history');
    expect(data[0]).toMatchObject({ rollback_of: 1, trigger: 'rollback' });
    expect(data[0]?.actor).toMatch(/^\S.* \(command line\)$/);
    expect((await run('status')).stdout).toMatch(/rollback +to revision 1, .*\n +overridden +maintenance\.enabled\n/);
    await edit('{}\n');
  });

  it('rejects the number of a missing revision, and text that is not a number', async () => {
    expect(await run('config', 'rollback', '999')).toMatchObject({ exitCode: 1 });
    expect((await run('config', 'rollback', 'abc')).stderr).toBe('rollcall: revision must be a number\n');
    expect((await run('config', 'history', '999')).stderr).toBe('rollcall: Revision 999 does not exist.\n');
  });
});

describe('rollcall doctor', () => {
  it('runs the checks in the running service', async () => {
    const { data, checked_by } = await json<{ data: { check: string; status: string }[]; checked_by: string }>(
      'doctor',
    );
    expect(checked_by).toBe('service');
    const found = Object.fromEntries(data.map(({ check, status }) => [check, status]));
    expect(found).toMatchObject({
      ...{ configuration: 'ok', database: 'ok', schema: 'ok', secrets_match: 'ok', clock: 'ok' },
      ...{ administrator: 'warn', mail: 'ok', admin_socket: 'ok' },
    });
    expect((await run('doctor')).stdout).toMatch(/to do: run `rollcall admin create <username>`/);
  });
});

describe('the admin socket', () => {
  it('belongs to the first of two services, and to the next service after kill -9', async () => {
    const second = startService(folder, { env: environment() });
    await second.listening();
    const warnings = logLines(second.out()).filter(({ msg }) => String(msg).startsWith('admin socket not available'));
    expect(warnings).toMatchObject([{ level: 'warn', reason: 'another service is using it' }]);
    expect((await json<{ data: { pid: number } }>('status')).data.pid).toBe(service.child.pid);
    second.child.kill('SIGKILL');
    await second.exited;
    service.child.kill('SIGKILL');
    await service.exited;
    const gone = await run('status');
    expect([gone.exitCode, gone.stderr]).toEqual([
      1,
      `rollcall: the service is not reachable: ${join(folder, '.data', 'admin.sock')}: no process is listening\n`,
    ]);
    expect((await run('doctor')).stdout).toMatch(/warn +admin_socket/);
    service = startService(folder, { env: environment() });
    await service.listening();
    await waitUntil('the new service answers', async () => (await run('status')).exitCode !== 1);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect((await run('status')).stderr).toContain('socket not found');
  }, 120_000);
});
