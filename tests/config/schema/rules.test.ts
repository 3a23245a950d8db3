import { describe, expect, it } from 'vitest';
import { checkDirectory } from '../../../src/config/reload/dry-run.js';
import { makeDirectory } from '../support.js';

const issuesOf = (local: string) =>
  checkDirectory({ directory: makeDirectory({ 'local.yaml': local }).directory, nodeEnv: 'test', env: {} });

describe('rules between keys', () => {
  it.each([
    ['auth: {access: {ttl: 1h}, refresh: {ttl: 1h}}', 'auth.access.ttl'],
    ['auth: {refresh: {ttl: 91d}}', 'auth.refresh.ttl'],
    ['auth: {access: {ttl: 1s}, refresh: {ttl: 10s}}', 'auth.refresh.ttl'],
    ['auth: {keys: {maxRetention: 14m}}', 'auth.keys.maxRetention'],
    ['database: {pool: {min: 11}}', 'database.pool.min'],
    ['password: {minLength: 100, maxLength: 99}', 'password.minLength'],
    ['server: {headersTimeout: 31s}', 'server.headersTimeout'],
    ['server: {requestTimeout: 9s}', 'server.requestTimeout'],
    ['metrics: {port: 8080}', 'metrics.port'],
  ])('reject %s', (local, key) => {
    expect(issuesOf(local)).toEqual([expect.objectContaining({ key, file: 'local.yaml', code: 'conflict' })]);
  });

  it.each([
    'auth: {refresh: {ttl: 90d}}',
    'auth: {keys: {maxRetention: 15m}}',
    'database: {pool: {min: 10}}',
    'password: {minLength: 99, maxLength: 99}',
    'server: {headersTimeout: 30s}',
    'metrics: {port: 8080, enabled: false}',
    'metrics: {port: 8080, host: 127.0.0.2}',
    'metrics: {port: 0}\nserver: {port: 0}',
  ])('accept %s', (local) => {
    expect(issuesOf(local)).toEqual([]);
  });

  it('are not checked for keys that are invalid themselves', () => {
    expect(issuesOf('auth: {refresh: {ttl: never, absoluteTtl: 20d}}')).toEqual([
      expect.objectContaining({ key: 'auth.refresh.ttl', code: 'wrong_type' }),
    ]);
  });

  it('apply across layers', () => {
    const { directory } = makeDirectory({
      'test.yaml': 'database: {pool: {min: 5}}',
      'local.yaml': 'database: {pool: {max: 4}}',
    });
    expect(checkDirectory({ directory, nodeEnv: 'test', env: {} })).toEqual([
      expect.objectContaining({ key: 'database.pool.min', file: 'test.yaml', code: 'conflict' }),
    ]);
  });
});
