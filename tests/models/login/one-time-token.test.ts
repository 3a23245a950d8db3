import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import { violatedConstraint } from '../../../src/database/classify-error.js';
import { newId } from '../../../src/models/base-model.js';
import { OneTimeToken, type TokenRequest } from '../../../src/models/login/one-time-token.js';
import { formatDuration } from '../../../src/format-duration.js';
import { captureError } from '../../support/capture-error.js';
import { createMigratedDatabase, openDatabase, type TestDatabase } from '../../support/postgres.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
let testDatabase: TestDatabase;
let database: Database;
let userId: string;

beforeAll(async () => {
  testDatabase = await createMigratedDatabase();
  database = openDatabase(testDatabase.url, { pool: { min: 0, max: 10 } });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  await database.knex('one_time_tokens').delete();
  userId = newId();
  await database.knex('users').insert({ id: userId, username: `u${userId.slice(-12)}` });
});

const issue = (request: Partial<TokenRequest> = {}) =>
  OneTimeToken.issue(database.knex, {
    purpose: 'password_reset',
    userId,
    address: null,
    ttl: 60_000,
    now,
    ...request,
  });
const consume = (token: string, at = now, purpose: TokenRequest['purpose'] = 'password_reset') =>
  database.transaction((trx) => OneTimeToken.consume(trx, { purpose, token, now: at }));
const openRows = async (): Promise<number> =>
  (await database.knex<{ used_at: Date | null }>('one_time_tokens').whereNull('used_at')).length;

describe('a one-time token', () => {
  it('is stored as a digest only', async () => {
    const { token, expiresAt } = await issue();
    expect(expiresAt).toEqual(later(60_000));
    const { rows } = await database.knex.raw<{ rows: { line: string }[] }>(
      'SELECT t::text AS line FROM one_time_tokens t',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.line).not.toContain(token);
    expect(rows[0]?.line).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('is used by only one of fifty concurrent requests', async () => {
    const { token } = await issue();
    const spent = await Promise.all(Array.from({ length: 50 }, () => consume(token)));
    expect(spent.filter((found) => found !== undefined)).toMatchObject([{ userId, purpose: 'password_reset' }]);
  });

  it('is valid again if the transaction fails', async () => {
    const { token } = await issue();
    const failure = new Error('later in the same transaction');
    const work = database.transaction(async (trx) => {
      expect(await OneTimeToken.consume(trx, { purpose: 'password_reset', token, now })).toBeDefined();
      throw failure;
    });
    expect(await captureError(work)).toBe(failure);
    expect(await consume(token)).toBeDefined();
  });

  it.each(['email_verification', 'magic_link'] as const)('is not valid for %s', async (purpose) => {
    const { token } = await issue();
    expect(await consume(token, now, purpose)).toBeUndefined();
    expect(await OneTimeToken.findOpen(database.knex, { purpose, token, now })).toBeUndefined();
    expect(await consume(token)).toBeDefined();
  });

  it('is valid until its last millisecond', async () => {
    const { token } = await issue();
    expect(await consume(token, later(60_000))).toBeUndefined();
    expect(await consume(token, later(59_999))).toBeDefined();
  });

  it('is the only valid one of its purpose, however many are issued concurrently', async () => {
    const issued = await Promise.all(Array.from({ length: 20 }, () => issue()));
    expect(await openRows()).toBe(1);
    const outcomes = await Promise.all(issued.map(({ token }) => consume(token)));
    expect(outcomes.filter((found) => found !== undefined)).toHaveLength(1);
  });

  it('invalidates the older one of the same user and purpose, and no other', async () => {
    const address = 'ada@example.org';
    const reset = await issue();
    const proof = await issue({ purpose: 'email_verification', address });
    const link = await issue({ purpose: 'magic_link', address });
    const newer = await issue();
    expect(await consume(reset.token)).toBeUndefined();
    expect(await consume(newer.token)).toBeDefined();
    expect(await consume(proof.token, now, 'email_verification')).toMatchObject({ address });
    expect(await consume(link.token, now, 'magic_link')).toMatchObject({ address });
  });

  it('allows a login with the address of an account, in any case', async () => {
    const unknownUser = await issue({ purpose: 'magic_link', userId: null, address: 'Ada@example.org' });
    const owner = await issue({ purpose: 'magic_link', address: 'ada@EXAMPLE.org' });
    expect(await consume(unknownUser.token, now, 'magic_link')).toBeUndefined();
    expect(await consume(owner.token, now, 'magic_link')).toMatchObject({ userId });
  });

  it('is either replaced or used when both happen concurrently, never both', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { token } = await issue();
      const [spent, next] = await Promise.all([consume(token), issue()]);
      expect(await openRows()).toBe(1);
      expect(await consume(token)).toBeUndefined();
      expect(await consume(next.token)).toBeDefined();
      expect([undefined, userId]).toContain(spent?.userId);
    }
  });

  it('can be cancelled by user and purpose', async () => {
    const reset = await issue();
    const link = await issue({ purpose: 'magic_link', address: 'ada@example.org' });
    const cancelled = await database.transaction((trx) => OneTimeToken.cancel(trx, userId, ['password_reset']));
    expect(cancelled).toBe(1);
    expect(await consume(reset.token)).toBeUndefined();
    expect(await consume(link.token, now, 'magic_link')).toBeDefined();
  });

  it('is deleted with its account', async () => {
    await issue();
    await database.knex('users').where({ id: userId }).delete();
    expect(await openRows()).toBe(0);
  });

  it.each([
    ['a reset for nobody', { userId: null }],
    ['a proof for nobody', { purpose: 'email_verification', userId: null, address: 'ada@example.org' }],
    ['a proof of nothing', { purpose: 'email_verification' }],
    ['a login link to nowhere', { purpose: 'magic_link' }],
  ] as const)('cannot be %s', async (_what, request) => {
    expect(violatedConstraint(await captureError(issue(request)))).toBe('one_time_tokens_subject_check');
  });
});

describe('formatLifetime', () => {
  it.each([
    [1000, '1 second'],
    [90_000, '1 minute 30 seconds'],
    [30 * 60_000, '30 minutes'],
    [86_400_000, '1 day'],
    [90_061_999, '1 day 1 hour'],
  ])('%d ms is %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});
