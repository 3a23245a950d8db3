import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiContext } from '../../src/middleware/context.js';
import { idempotent } from '../../src/middleware/idempotent.js';
import { IdempotencyKey } from '../../src/models/idempotency-key.js';
import { allEndpoints } from '../../src/routes/index.js';
import { withoutRateLimits, useTestApp, type TestApp } from '../support/test-app.js';
import { waitUntil } from '../support/wait-until.js';

let app: TestApp;
useTestApp((started) => (app = started), { settings: withoutRateLimits });

const lockMs = 300;

/** The part of a context that the middleware reads. */
const contextFor = (key: string): ApiContext =>
  ({
    method: 'POST',
    path: '/slow',
    req: { headers: { 'idempotency-key': key } },
    get: () => key,
    set: () => undefined,
    state: { now: app.clock.now(), clientKey: '192.0.2.1', body: { some: 'body' } },
  }) as unknown as ApiContext;

/** One request with a handler of the test. */
const run = async (key: string, handler: (ctx: ApiContext) => Promise<void>): Promise<void> => {
  const ctx = contextFor(key);
  await idempotent(app.services, { lockMs })(ctx, () => handler(ctx));
};

const complete = (ctx: ApiContext): Promise<void> =>
  app.services.db.transaction(async (trx) => {
    await ctx.state.idempotencyLock?.complete(trx, { status: 201, body: {}, headers: {} }, null);
  });

const rowOf = (key: string): Promise<IdempotencyKey | undefined> =>
  IdempotencyKey.query(app.services.db.knex).findOne({ key }).execute();

describe('the lock of a key', () => {
  it('lasts as long as the handler works', async () => {
    const key = randomUUID();
    let isDone = false;
    await run(key, async (ctx) => {
      app.clock.advance(2 * lockMs);
      const isRenewed = async (): Promise<boolean> => (await rowOf(key))!.lockedUntil > app.clock.now();
      await waitUntil('the hold is renewed', isRenewed, 5000);
      await expect(run(key, () => Promise.resolve())).rejects.toMatchObject({ code: 'idempotency_key_in_use' });
      await complete(ctx);
      isDone = true;
    });
    expect([isDone, (await rowOf(key))?.state]).toEqual([true, 'completed']);
  });

  it('ends when it is no longer renewed, and the former holder cannot complete the request', async () => {
    const key = randomUUID();
    await run(key, async (former) => {
      // As if the process had died.
      former.state.idempotencyLock?.stop();
      app.clock.advance(2 * lockMs);
      await run(key, async (ctx) => {
        await expect(complete(former)).rejects.toMatchObject({ code: 'idempotency_key_in_use' });
        await complete(ctx);
      });
    });
    expect((await rowOf(key))?.state).toBe('completed');
  });

  it('ends with a handler that fails', async () => {
    const key = randomUUID();
    const failure = new Error('failed');
    await expect(run(key, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await rowOf(key)).toBeUndefined();
  });
});

describe('a key in quotes', () => {
  it.each([
    ['"k1"', 'k1'],
    [String.raw`"a\\b\"c"`, String.raw`a\b"c`],
    ['"open', '"open'],
    ['"a"b"', '"a"b"'],
    [String.raw`"a\b"`, String.raw`"a\b"`],
  ])('%s is %s', async (field, key) => {
    await run(field, complete);
    expect((await rowOf(key))?.state).toBe('completed');
  });

  it.each(['""', '"a b"', `"${'k'.repeat(256)}"`])('%s is rejected', async (field) => {
    await expect(run(field, complete)).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('the deadline', () => {
  it('applies to every endpoint', () => {
    const without = allEndpoints().filter(
      (endpoint) => !endpoint.pipeline(app.services).some((middleware) => middleware.name === 'deadline'),
    );
    expect(without.map(({ path }) => path)).toEqual([]);
  });
});
