import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/models/base-model.js';
import { checkChanges } from '../../../src/config/overrides/check-changes.js';
import { ConfigPatchBody } from '../../../src/contract/config-overrides.js';
import { requester, useEmptyRevisions } from '../revisions/support.js';
import type { TestDatabase } from '../../support/postgres.js';
import { openOn, points } from './support.js';

let made: TestDatabase;

useEmptyRevisions((database) => {
  made = database;
});

const unknownKeys = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`rateLimit.login.point${String(index)}`, 1]));

describe('scheduled changes', () => {
  it('are limited to 50, and one can be scheduled again after one was cancelled', async () => {
    const { config } = await openOn(made.url);
    const at = new Date(Date.now() + 3_600_000);
    const ids = Array.from({ length: 50 }, newId);
    for (const id of ids) await config.overrides.schedule(id, at, points(20), { requester });
    expect(await config.overrides.schedule(newId(), at, points(20), { requester })).toMatchObject({
      result: { outcome: 'refused', errors: [{ key: null, code: 'too_many' }] },
    });
    await config.overrides.cancel(String(ids[0]), { requester });
    expect(await config.overrides.schedule(newId(), at, points(20), { requester })).toMatchObject({
      result: { outcome: 'unchanged' },
    });
  });
});

describe('settings of a change', () => {
  it('are limited to 500', () => {
    const isValid = (count: number): boolean => ConfigPatchBody.safeParse({ changes: unknownKeys(count) }).success;
    expect([isValid(500), isValid(501)]).toEqual([true, false]);
  });

  it('get suggestions for the first 10 unknown keys only, because the search is slow', () => {
    const result = checkChanges(unknownKeys(12), { pinned: [], values: new Map() });
    if (result.ok) throw new Error('the keys are unknown');
    expect(result.issues.map(({ suggestion }) => suggestion !== undefined)).toEqual([
      ...Array.from({ length: 10 }, () => true),
      ...[false, false],
    ]);
  });
});
