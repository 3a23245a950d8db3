import dgram from 'node:dgram';
import fs, { mkdtempSync, rmSync, watchFile } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval as every, setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callerPackage } from '../../features/support/guards/creation-site.js';
import { OpenResources } from '../../features/support/guards/resources/open-resources.js';
import { waitUntil } from '../../features/support/wait-until.js';

// The pool that knex uses.
const { Pool } = createRequire(createRequire(import.meta.url).resolve('knex'))('tarn') as {
  readonly Pool: new (options: object) => { acquire(): { readonly promise: Promise<object> } };
};

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

describe('resources', () => {
  let resources: OpenResources;
  let title: string | undefined;
  let late: string[];
  beforeEach(() => {
    late = [];
    title = undefined;
    resources = new OpenResources(root, undefined, {
      endedTitle: () => title,
      report: (scenario, problem) => late.push(`${scenario}: ${problem}`),
    });
    resources.install();
    resources.begin();
  });
  afterEach(() => {
    resources.uninstall();
  });
  const leaks = async (): Promise<string[]> => (await resources.end()).map(({ what }) => what);

  it('include a loop over an interval, which does not go on', async () => {
    let ticks = 0;
    void (async () => {
      for await (const _ of every(5)) ticks += 1;
    })();
    await waitUntil('the interval ticks', () => ticks > 0, 3_000);
    expect(await leaks()).toEqual(['a timer (setInterval of timers/promises, 5 ms)']);
    const before = ticks;
    await pause(30);
    expect(ticks).toBe(before);
  });

  it('do not include timers of the connection pool, but those that its callbacks start', async () => {
    const pool = new Pool({
      min: 0,
      max: 1,
      create: () => {
        setTimeout(() => undefined, 54_321);
        return new Promise<object>(() => undefined);
      },
      destroy: () => undefined,
    });
    void pool.acquire().promise.catch(() => undefined);
    expect(await leaks()).toEqual(['a timer (setTimeout, 54321 ms)']);
    expect(callerPackage()).toBeUndefined();
  });

  it('do not include a loop over an interval that was left', async () => {
    const loop = every(1)[Symbol.asyncIterator]();
    await loop.next();
    await loop.return?.();
    expect(await leaks()).toEqual([]);
  });

  it('include a promise that waits, and what comes after it is not done', async () => {
    let isDone = false;
    void pause(60_000).finally(() => (isDone = true));
    expect(await leaks()).toEqual(['a timer (setTimeout of timers/promises, 60000 ms)']);
    await pause(5);
    expect(isDone).toBe(false);
  });

  it('leave the results and errors of a promise that waits as they are', async () => {
    expect(await pause(1, 'value')).toBe('value');
    const error = new Error('ended by the step');
    await expect(pause(60_000, undefined, { signal: AbortSignal.abort(error) })).rejects.toMatchObject({
      cause: error,
    });
    expect(await leaks()).toEqual([]);
  });

  it('include polled files and watched directories', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-watched-'));
    watchFile(join(directory, 'file'), () => undefined);
    void (async () => {
      for await (const _ of fs.promises.watch(directory)) continue;
    })();
    expect(await leaks()).toEqual([`a watcher of ${join(directory, 'file')} (watchFile)`, `a watcher of ${directory}`]);
    rmSync(directory, { recursive: true });
  });

  it('include UDP sockets, also without a reference, and worker threads', async () => {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
    const { port } = socket.address();
    socket.unref();
    const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const found = await leaks();
    expect(found).toEqual([
      `a UDP socket on port ${String(port)}`,
      expect.stringMatching(/^a worker thread \(ID \d+\)$/),
    ]);
    await exited;
  });

  it('of a step that are opened after its scenario are closed and reported with it', async () => {
    const inStep = (code: string): unknown =>
      (runInThisContext(code, { filename: `${root}/features/steps/x.ts` }) as () => unknown)();
    title = 'first';
    const calls = { count: 0 };
    Object.assign(globalThis, { calls });
    inStep('() => setTimeout(() => { calls.count += 1; }, 1)');
    inStep('() => { const loop = () => { calls.count += 1; setImmediate(loop); }; loop(); }');
    await pause(20);
    title = undefined;
    Reflect.deleteProperty(globalThis, 'calls');
    expect(calls.count).toBe(1);
    expect(late).toEqual([
      expect.stringMatching(/^first: .*setImmediate\), created at features\/steps\/x\.ts:1\. It was stopped/),
      expect.stringMatching(/^first: .*setTimeout, 1 ms\), created at features\/steps\/x\.ts:1\. It was cleared/),
    ]);
    expect(await leaks()).toEqual([]);
  });
});
