import { describe, expect, it } from 'vitest';
import { runInProject, withSources } from './support/project.js';

const setUp = `
  import assert from 'node:assert';
  import { setTimeout } from 'node:timers/promises';
  import { test as nodeTest } from 'node:test';
  import pg from 'pg';
  import { scenarioSchema } from 'scenario-schema/node-test';
  const test = scenarioSchema({
    migrate: (url) => new pg.Pool({ connectionString: url }).query('CREATE TABLE orders (id int)'),
  });`;

/** Runs tests, and returns what is printed as TAP. */
const runTests = (tests: string, env = {}): Promise<string> =>
  runInProject({ 'orders.test.js': setUp + tests }, [...withSources, '--test-reporter=tap', 'orders.test.js'], env);

const keptIn = (output: string): string[] =>
  [...output.matchAll(/kept the schema of (.*):/g)].map(([, title = '']) => title);

/** Since version 24, Node.js waits for subtests. */
const unfinished = Number(process.versions.node.split('.')[0]) < 24 ? ['unfinished subtest'] : [];

describe('a test of node:test', () => {
  it('keeps its schema if it or one of its subtests has failed', async () => {
    const output = await runTests(
      `
      test('passes', async (t, lease) => void (await t.test('inner', () => lease.schema)));
      test('rejects', async () => { await Promise.reject(new Error('no')); });
      test('t.assert', async (t) => t.assert.equal(1, 2));
      test('t.plan', async (t) => t.plan(1));
      test('subtest', async (t) => void (await t.test('inner', () => assert.fail('no'))));
      test('nested subtest', async (t) => {
        await t.test('inner', async (inner) => void (await inner.test('innermost', () => assert.fail('no'))));
      });
      test('unfinished subtest', async (t) => void t.test('inner', () => setTimeout(100)));
      // A new schema could take longer than the time limit of the next test.
      test('leaves a schema', () => undefined);
      test('timeout', { timeout: 50 }, () => setTimeout(2_000));`,
      { SCENARIO_SCHEMA_KEEP_FAILED: '1' },
    );
    const failed = ['rejects', 't.assert', 't.plan', 'subtest', 'nested subtest', ...unfinished, 'timeout'];
    expect(keptIn(output)).toEqual(failed);
    expect(output).toMatch(/^ok 1 - passes$/m);
    expect(output.match(/^not ok /gm)).toHaveLength(failed.length);
  });

  it('returns its schema after its own hooks, and fails if it leaves something behind', async () => {
    const output = await runTests(`
      test('has a hook', (t, lease) => t.after(async () => void (await (await lease.pool()).query('TABLE orders'))));
      test('leaks', async (t, lease) => void (await (await lease.pool()).query('CREATE TABLE public.leaked (id int)')));`);
    expect(output).toMatch(/^ok 1 - has a hook$/m);
    expect(output).toMatch(/^not ok 2 - leaks$.*The test left behind: table public.leaked created/ms);
  });

  it('ends its lease if a hook fails or the test times out while it waits for its schema', async () => {
    const output = await runTests(`
      test('a hook fails', async (t, lease) => {
        t.after(() => assert.fail('no'));
        await (await lease.pool()).query('CREATE TABLE public.leaked (id int)');
      });
      test('innocent', async (t, lease) => assert.ok(lease.schema));
      test('too short', async (t) => {
        // A second schema has to be created, which takes longer.
        await t.test('inner', { timeout: 2 }, test.withLease(() => console.log('work of a test that has ended')));
      });
      test('innocent again', async (t, lease) => assert.ok(lease.schema));`);
    expect(output.match(/^(not )?ok \d+ - .*$/gm)).toEqual([
      'not ok 1 - a hook fails',
      'ok 2 - innocent',
      'not ok 3 - too short',
      'ok 4 - innocent again',
    ]);
    expect(output).not.toMatch(/not returned|work of a test/);
  });

  it('can be skipped, be a task, run alone and have options, like a test of Node.js', async () => {
    const output = await runTests(`
      test.skip('skipped', async (t, lease) => assert.fail('no'));
      test.todo('a task');
      test('an option', { skip: 'later' }, async (t, lease) => assert.fail('no'));`);
    expect(output).toMatch(/^ok 1 - skipped # SKIP$.*^ok 2 - a task # [A-Z]+$.*^ok 3 - an option # SKIP later$/ms);
    // Node.js 24 skips the other tests, older versions need --test-only for that.
    const alone = await runTests(
      `test.only('alone', { timeout: 5_000 }, async (t, lease) => assert.ok(lease.schema));`,
    );
    expect(alone).toMatch(/^ok 1 - alone$/m);
  });

  it('with withLease has the location of the call', async () => {
    const output = await runTests(`
      nodeTest('fails', test.withLease(async (t, lease) => assert.fail(lease.schema)));`);
    expect(output).toMatch(/^not ok 1 - fails$.*location: '.*orders\.test\.js:10:7'.*error: 'scenario_/ms);
  });
});
