import fc from 'fast-check';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openConfig } from '../support.js';

/** Replaces the files continuously, in a worker thread. Both files of a version contain the same number. */
const publisher = `
  const { mkdirSync, renameSync, symlinkSync, writeFileSync, rmSync } = require('node:fs');
  const { parentPort, workerData: { directory } } = require('node:worker_threads');
  let stop = false;
  parentPort.on('message', () => { stop = true; });
  const publish = (n) => {
    const folder = directory + '/..' + n;
    mkdirSync(folder);
    writeFileSync(folder + '/default.yaml', 'rateLimit: {login: {points: ' + n + '}}');
    writeFileSync(folder + '/local.yaml', 'rateLimit: {register: {points: ' + n + '}}');
    symlinkSync('..' + n, directory + '/..next');
    renameSync(directory + '/..next', directory + '/..data');
    if (n > 4) rmSync(directory + '/..' + (n - 3), { recursive: true });
  };
  let n = 2;
  const turn = () => {
    for (let i = 0; i < 20; i += 1) publish(n++);
    if (stop) parentPort.postMessage(n - 1); else setImmediate(turn);
  };
  turn();
`;

describe('snapshots', () => {
  it('never mix and never go back, while files are replaced continuously', async () => {
    const { config, directory, path } = openConfig({ 'local.yaml': '{}' });
    mkdirSync(path('..1'));
    writeFileSync(join(path('..1'), 'default.yaml'), 'rateLimit: {login: {points: 1}}');
    writeFileSync(join(path('..1'), 'local.yaml'), 'rateLimit: {register: {points: 1}}');
    symlinkSync('..1', path('..data'));
    for (const name of ['default.yaml', 'local.yaml']) {
      symlinkSync(`..data/${name}`, path('link'));
      renameSync(path('link'), path(name));
    }
    await config.reload('admin');
    const worker = new Worker(publisher, { eval: true, workerData: { directory } });
    const last = new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    let newest = 1;
    for (let applied = 0; applied < 60;) {
      const { outcome } = await config.reload('admin');
      const { login, register } = config.current.rateLimit;
      expect(login.points).toBe(register.points);
      expect(login.points).toBeGreaterThanOrEqual(newest);
      newest = login.points;
      if (outcome === 'applied') applied += 1;
    }
    worker.postMessage('stop');
    const final = await last;
    await worker.terminate();
    await config.reload('admin');
    expect(config.current.rateLimit.login.points).toBe(final);
  });

  it('are complete for readers at any time, whatever is written and rejected in between', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('good' as const), value: fc.integer({ min: 1, max: 1000 }) }),
      fc.record({
        kind: fc.constant('bad' as const),
        value: fc.constantFrom('', '{', 'x: 1', 'rateLimit: {login: {points: 0}}'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const { config, write } = openConfig({
          'local.yaml': 'rateLimit: {login: {points: 5}, register: {points: 5}}',
        });
        config.subscribe({
          name: 'slow one',
          prepare: () => new Promise((resolve) => void setImmediate(() => resolve(undefined))),
        });
        const life = { isOver: false };
        const reader = (async () => {
          let snapshot = 0;
          while (!life.isOver) {
            const { login, register } = config.current.rateLimit;
            expect(login.points).toBe(register.points);
            expect(config.status.snapshotNumber).toBeGreaterThanOrEqual(snapshot);
            snapshot = config.status.snapshotNumber;
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        let expected = 5;
        for (const { kind, value } of steps) {
          const text = kind === 'good' ? `rateLimit: {login: {points: ${value}}, register: {points: ${value}}}` : value;
          write('local.yaml', text);
          const { outcome } = await config.reload('admin');
          expect(outcome === 'refused').toBe(kind === 'bad');
          if (kind === 'good') expected = value;
          expect(config.current.rateLimit.login.points).toBe(expected);
        }
        life.isOver = true;
        await reader;
      }),
      { numRuns: 25 },
    );
  });
});
