import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors/app-error.js';
import { Metrics } from '../../src/observability/metrics.js';
import { HashQueue } from '../../src/security/hash-queue.js';
import { PasswordHasher } from '../../src/security/password.js';
import { FakeClock } from './support.js';

const limits = (hashConcurrency: number, hashQueueLimit: number) => ({
  current: { security: { hashConcurrency, hashQueueLimit } },
});

/** Work that ends when told. */
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('hash queue', () => {
  it('never runs more than the limit at once, and starts in the order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 40 }),
        async (concurrency, lengths) => {
          const queue = new HashQueue({ settings: limits(concurrency, 100), threadPoolSize: 16 });
          const started: number[] = [];
          let atOnce = 0;
          let most = 0;
          const answers = await Promise.all(
            lengths.map((turns, index) =>
              queue.run(async () => {
                started.push(index);
                most = Math.max(most, (atOnce += 1));
                expect(queue.running).toBeGreaterThanOrEqual(atOnce);
                expect(queue.running).toBeLessThanOrEqual(concurrency);
                for (let turn = 0; turn < turns; turn += 1) await settled();
                atOnce -= 1;
                return index;
              }),
            ),
          );
          expect(answers).toEqual(lengths.map((_, index) => index));
          expect(started).toEqual(answers);
          expect(most).toBe(Math.min(concurrency, lengths.length));
          expect([queue.running, queue.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('rejects immediately beyond the queue limit, with a Retry-After time, and works again afterwards', async () => {
    const metrics = new Metrics();
    const queue = new HashQueue({ settings: limits(1, 2), metrics });
    const { open, opened } = gate();
    const accepted = [1, 2, 3].map((n) => queue.run(() => opened.then(() => n)));
    expect([queue.running, queue.waiting]).toEqual([1, 2]);
    const refused: unknown = await queue.run(() => Promise.resolve(4)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'overloaded', status: 503 });
    expect((refused as AppError).retryAfterSeconds).toBeGreaterThanOrEqual(1);
    const text = await metrics.expose();
    expect(text).toMatch(/^rollcall_hash_queue_waiting 2$/m);
    expect(text).toMatch(/^rollcall_hash_queue_running 1$/m);
    expect(text).toMatch(/^rollcall_hash_queue_refused_total 1$/m);
    open();
    expect(await Promise.all(accepted)).toEqual([1, 2, 3]);
    expect(await queue.run(() => Promise.resolve(5))).toBe(5);
    expect(await metrics.expose()).toMatch(/^rollcall_hash_duration_seconds_count 4$/m);
  });

  it('computes the retry time from the recent rate, between 1 and 60 seconds', async () => {
    const clock = new FakeClock();
    const queue = new HashQueue({ settings: limits(1, 9), clock });
    const lasting = async (seconds: number): Promise<void> => {
      for (let n = 0; n < 40; n += 1) {
        await queue.run(() => {
          clock.advance(seconds);
          return Promise.resolve();
        });
      }
    };
    const retryWhenFull = async (): Promise<number | undefined> => {
      const { open, opened } = gate();
      const held = Array.from({ length: 10 }, () => queue.run(() => opened));
      const rejection: unknown = await queue.run(() => Promise.resolve()).catch((error: unknown) => error);
      open();
      await Promise.all(held);
      return (rejection as AppError).retryAfterSeconds;
    };
    await lasting(2);
    expect(await retryWhenFull()).toBe(20);
    await lasting(0.01);
    expect(await retryWhenFull()).toBe(1);
    await lasting(30);
    expect(await retryWhenFull()).toBe(60);
  });

  it('reads both limits for each attempt', async () => {
    const settings = limits(1, 1);
    const queue = new HashQueue({ settings, threadPoolSize: 16 });
    const { open, opened } = gate();
    const work = (): Promise<void> => opened;
    const held = [queue.run(work), queue.run(work)];
    await expect(queue.run(work)).rejects.toMatchObject({ code: 'overloaded' });
    settings.current = { security: { hashConcurrency: 1, hashQueueLimit: 2 } };
    held.push(queue.run(work));
    expect([queue.running, queue.waiting]).toEqual([1, 2]);
    settings.current = { security: { hashConcurrency: 4, hashQueueLimit: 2 } };
    held.push(queue.run(work));
    expect([queue.running, queue.waiting]).toEqual([4, 0]);
    settings.current = { security: { hashConcurrency: 2, hashQueueLimit: 2 } };
    held.push(queue.run(work));
    expect([queue.running, queue.waiting]).toEqual([4, 1]);
    open();
    await Promise.all(held);
  });

  it('continues after work that throws or rejects', async () => {
    const queue = new HashQueue({ settings: limits(1, 5) });
    const thrown = queue.run(() => {
      throw new Error('thrown');
    });
    const rejected = queue.run(() => Promise.reject(new Error('rejected')));
    await expect(thrown).rejects.toThrow('thrown');
    await expect(rejected).rejects.toThrow('rejected');
    expect(await queue.run(() => Promise.resolve('well'))).toBe('well');
    expect(queue.running).toBe(0);
  });

  it.each([2, 64])('leaves fs a thread while 64 passwords are hashed (hashConcurrency %i)', async (hashConcurrency) => {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-hash-'));
    try {
      await writeFile(join(directory, 'file'), 'content');
      const queue = new HashQueue({ settings: limits(hashConcurrency, 64) });
      const settings = { password: { bcryptCost: 8, pepper: 'pepper', previousPeppers: [] } };
      const hasher = new PasswordHasher({ queue });
      let done = 0;
      const hashes = Array.from({ length: 64 }, () => hasher.hash('correct horse', settings).then(() => (done += 1)));
      expect(await readFile(join(directory, 'file'), 'utf8')).toBe('content');
      // If it waited for all 64, most of them would be done; otherwise only a few.
      expect(done).toBeLessThan(24);
      await Promise.all(hashes);
      expect(done).toBe(64);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
