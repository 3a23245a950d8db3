import child from 'node:child_process';
import channels from 'node:diagnostics_channel';
import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Operator } from '../../features/support/config/operator.js';
import { scenarioReport } from '../../features/support/run/scenario-report.js';
import { WorkerRun, type ProcessReport } from '../../features/support/run/worker-run.js';
import { captureError } from '../support/capture-error.js';
import { root, useFeatureServer } from './support.js';

const facts = (name: string): { uri: string; name: string; tags: string[] } => ({
  uri: 'features/x.feature',
  name,
  tags: [],
});

const parameters = useFeatureServer();
let workDirectory: string;
let run: WorkerRun;

const openRun = (keepFailed = false): Promise<WorkerRun> =>
  WorkerRun.open({ root, workDirectory, database: parameters({ keepFailed }) }, '0');
const readReport = (): ProcessReport =>
  JSON.parse(readFileSync(join(workDirectory, 'report-0.json'), 'utf8')) as ProcessReport;

beforeEach(async () => {
  workDirectory = mkdtempSync(join(tmpdir(), 'rollcall-feature-run-'));
  run = await openRun();
});
afterEach(async () => {
  await run.close();
  rmSync(workDirectory, { recursive: true, force: true });
});

describe('a scenario', () => {
  it('has no problem if everything is clean, and reports what it covered and how long it took', async () => {
    const scenario = await run.begin(facts('in order'));
    await scenario.send('GET', '/api/health', {});
    await scenario.send('GET', '/api/v1/greet/Ada?x=1', {});
    const body = { username: 'ada', password: 'walnut orchard in the rain' };
    await scenario.send('POST', '/api/v1/auth/register', { body });
    await scenario.startSecondApp();
    await scenario.restartApp();
    await scenario.operator.set('rateLimit.greet.points', 1);
    expect(await run.end(true)).toEqual([]);
    await run.close();
    const { isolationMs, scenarios } = readReport();
    expect(isolationMs).toHaveLength(1);
    expect(scenarios).toEqual([
      {
        uri: 'features/x.feature',
        name: 'in order',
        routes: {
          'GET /api/health': [200],
          'GET /api/v1/greet/:name': [200],
          'POST /api/v1/auth/register': [201],
        },
        keys: ['rateLimit.greet.points'],
        actions: expect.arrayContaining(['user.registered']) as string[],
        changed: expect.any(Array) as string[],
      },
    ]);
    run = await openRun();
  });

  it('that leaves a session open is reported with that session', async () => {
    const scenario = await run.begin(facts('leaking'));
    const { rows } = await scenario.db.raw<{ rows: { schema: string }[] }>('SELECT current_schema() AS schema');
    const client = new pg.Client({
      connectionString: scenario.commandEnvironment['DATABASE_URL'],
      application_name: `${rows[0]?.schema ?? ''} forgotten`,
    });
    client.on('error', () => undefined);
    await client.connect();
    expect(await run.end(true)).toEqual([
      expect.stringMatching(/^The scenario left behind: open connection of client "\w+ forgotten"/),
    ]);
  });

  it('that leaves a transaction open is reported with the step', async () => {
    const scenario = await run.begin(facts('leaking'));
    const { knex } = (await scenario.ready()).services.db;
    run.beginStep('the step', false);
    await knex.transaction();
    expect((await run.end(true)).join()).toMatch(
      /left behind: open transaction .* have not released a connection: "the step"\. Commit/,
    );
  });

  it('that leaves a server and a timer open fails with the port and the place, and they are closed', async () => {
    await run.begin(facts('leaking'));
    run.beginStep('a step', false);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    setInterval(() => undefined, 60_000);
    const problems = await run.end(true);
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`a server that listens on port ${String(port)}, created at .*It was closed`)),
      expect.stringMatching(
        /a timer \(setInterval, 60000 ms\), created at .*It was cleared\. Clear it with clearInterval/,
      ),
    ]);
    expect(server.listening).toBe(false);
    await run.begin(facts('next'));
    expect(await run.end(true)).toEqual([]);
  });

  it('that leaves something of each kind behind is reported with all of it, and the next one is clean', async () => {
    await run.begin(facts('leaking'));
    run.beginStep('a step', false);
    const step = runInThisContext(
      `async ({ fs, child, channels, pg, shared }, folder) => {
        process.env.ROLLCALL_LEAKED = '1';
        process.on('SIGUSR2', () => undefined);
        process.setUncaughtExceptionCaptureCallback(null);
        channels.subscribe('test', () => undefined);
        fs.writeFileSync(folder + '/written', 'a');
        fs.openSync('package.json', 'r');
        pg.types.setTypeParser(25, () => 'changed');
        child.execSync('sleep 60 >/dev/null 2>&1 &');
        shared.prototype.leaked = 1;
        for (const call of [() => process.exit(0), () => Object.freeze(shared)]) try { call(); } catch {}
      }`,
      { filename: join(root, 'features/steps/x.ts') },
    ) as (modules: object, folder: string) => Promise<void>;
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-written-'));
    await run.run(() => step({ fs, child, channels, pg, shared: Operator }, folder));
    const problems = await run.end(true);
    for (const problem of [
      /a subscriber of the diagnostics channel "test"/,
      /the environment variable ROLLCALL_LEAKED, changed during or after the step "a step"/,
      /a changed Operator \(features\/support\/config\/operator\.ts\)\.prototype\.leaked/,
      /a listener of the process for "SIGUSR2"/,
      /a changed parser of pg\.types for TEXT/,
      /a step called process\.exit\(0\)/,
      /a step called Object\.freeze\(\)/,
      /the file \S+written/,
      /the open file package\.json/,
      /changed the callback of process\.setUncaughtExceptionCaptureCallback/,
      ...(process.platform === 'linux' ? [/the process "sleep 60"/] : []),
    ]) {
      expect(
        problems.filter((text) => problem.test(text)),
        String(problem),
      ).toHaveLength(1);
    }
    rmSync(folder, { recursive: true });
    await run.begin(facts('next'));
    expect(await run.end(true)).toEqual([]);
  });

  const breakDatabase = async (name: string): Promise<Awaited<ReturnType<WorkerRun['begin']>>> => {
    const scenario = await run.begin(facts(name));
    await (await scenario.ready()).services.db.close();
    return scenario;
  };

  it('fails on every response of 500 or more that no Then step has checked, also in the middle', async () => {
    const unread = await breakDatabase('unread');
    run.beginStep('Ada waits', false);
    // A helper that reads the status in a step that does not check is no check.
    expect((await unread.send('GET', '/api/ready', {})).status).toBe(503);
    await unread.send('GET', '/api/health', {});
    expect(await run.end(true)).toEqual(['no Then step has checked GET /api/ready -> 503, sent in "Ada waits"']);

    const seen = await breakDatabase('seen');
    run.beginStep('Ada waits', false);
    const response = await seen.send('GET', '/api/ready', {});
    run.beginStep('it is refused', true);
    expect(response.status).toBe(503);
    expect(await run.end(true)).toEqual([]);
  });

  it('reports a request without a response', async () => {
    const scenario = await run.begin(facts('refused'));
    const error = await captureError(scenario.send('GET', '/x', { to: 'http://127.0.0.1:60998', as: 'Ada' }));
    expect(String(error)).toMatch(/ECONNREFUSED/);
    expect(scenarioReport(scenario)).toMatch(/Ada: GET \/x -> no response: connect ECONNREFUSED 127\.0\.0\.1:60998/);
    await run.end(false);
  });

  it('that changes the base configuration fails, and the configuration is restored', async () => {
    const path = join(workDirectory, 'w0', 'base', 'test.yaml');
    const before = readFileSync(path, 'utf8');
    await run.begin(facts('leaking'));
    writeFileSync(path, 'auth: {}');
    expect(await run.end(true)).toEqual([expect.stringMatching(/a changed test\.yaml in .*It was restored/)]);
    expect(readFileSync(path, 'utf8')).toBe(before);
    await run.begin(facts('removing'));
    rmSync(join(workDirectory, 'w0', 'base'), { recursive: true });
    expect(await run.end(true)).toContainEqual(expect.stringMatching(/a changed test\.yaml in .*It was restored/));
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('that did not end does not affect the next', async () => {
    const first = await run.begin(facts('interrupted'));
    await first.db.raw(`INSERT INTO users (id, username) VALUES (gen_random_uuid(), 'ada')`);
    const second = await run.begin(facts('next'));
    const { rows } = await second.db.raw<{ rows: { n: number }[] }>('SELECT count(*) AS n FROM users');
    expect(rows[0]?.n).toBe(0);
    expect(await run.end(true)).toEqual([]);
  });

  it('that failed keeps its schema only if the run is configured so, and explains how to inspect it', async () => {
    await run.close();
    run = await openRun(true);
    const scenario = await run.begin(facts('failing'));
    await scenario.db.raw(`INSERT INTO users (id, username) VALUES (gen_random_uuid(), 'ada')`);
    await run.end(false);
    await run.close();
    const [kept] = readReport().kept;
    expect(kept?.scenario).toBe('features/x.feature: failing');
    const look = new pg.Client({ connectionString: kept?.url ?? '' });
    await look.connect();
    expect((await look.query('SELECT username FROM users')).rows).toEqual([{ username: 'ada' }]);
    await look.end();
    run = await openRun();
  });
});

describe('two scenarios', () => {
  it('share no row, cache, limit, clock, folder or setting', async () => {
    const runScenario = async (): Promise<unknown> => {
      const scenario = await run.begin(facts('story'));
      const greet = async (): Promise<readonly [number, string | null, string | null]> => {
        const answer = await scenario.send('GET', '/api/v1/greet', {});
        return [answer.status, answer.headers.get('x-cache'), answer.headers.get('ratelimit')];
      };
      const body = { username: 'ada', password: '3907-5518-2264-8071-4' };
      const results = [
        await greet(),
        await greet(),
        (await scenario.send('POST', '/api/v1/auth/register', { body })).status,
        Math.abs(scenario.clock.now().getTime() - Date.now()) < 1_000,
      ];
      scenario.clock.advance(3_600_000);
      await scenario.operator.set('cache.enabled', false);
      expect(await run.end(true)).toEqual([]);
      return results;
    };
    expect(await runScenario()).toEqual(await runScenario());
  });
});
