import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDirectory } from '../../../src/config/reload/dry-run.js';
import { makeDirectory, makeFolder, openConfig } from '../support.js';

const faultsWith = (env: Readonly<Record<string, string>>) =>
  checkDirectory({ directory: makeDirectory().directory, nodeEnv: 'test', env });

describe('layers', () => {
  it('take precedence in the order default.yaml, NODE_ENV file, local.yaml, variables', () => {
    const layers = {
      'default.yaml':
        'rateLimit: {login: {points: 1}, register: {points: 1}, refresh: {points: 1}, greet: {points: 1}}',
      'test.yaml': 'rateLimit: {register: {points: 2}, refresh: {points: 2}, greet: {points: 2}}',
      'local.yaml': 'rateLimit: {refresh: {points: 3}, greet: {points: 3}}',
    };
    const { config } = openConfig(layers, { env: { ROLLCALL_RATE_LIMIT_GREET_POINTS: '4' } });
    const { global, login, register, refresh, greet } = config.current.rateLimit;
    expect([global, login, register, refresh, greet].map(({ points }) => points)).toEqual([600, 1, 2, 3, 4]);
    const sources = ['global', 'login', 'register', 'refresh', 'greet'].map(
      (name) => config.explain(`rateLimit.${name}.points`)[0]?.source,
    );
    expect(sources).toEqual([
      'default',
      'file:default.yaml',
      'file:test.yaml',
      'file:local.yaml',
      'env:ROLLCALL_RATE_LIMIT_GREET_POINTS',
    ]);
    expect(config.status.files).toEqual(['default.yaml', 'test.yaml', 'local.yaml']);
  });

  it('replace lists as a whole', () => {
    const { config } = openConfig({
      'default.yaml': 'cors: {origins: ["https://a.example", "https://b.example"]}',
      'local.yaml': 'cors: {origins: ["https://c.example"]}',
    });
    expect(config.current.cors.origins).toEqual(['https://c.example']);
  });

  it.each(['../secrets', 'default', 'local', '', 'a/b', '.hidden'])(
    'reject NODE_ENV=%j, which would name a file',
    (nodeEnv) => {
      const { directory } = makeDirectory();
      expect(checkDirectory({ directory, nodeEnv, env: {} })).toEqual([
        expect.objectContaining({ file: 'NODE_ENV', code: 'out_of_range' }),
      ]);
    },
  );
});

describe('the environment', () => {
  it('sets keys of every kind', () => {
    const { config } = openConfig(
      {},
      {
        env: {
          ROLLCALL_SERVER_BODY_LIMIT: '1mb',
          ROLLCALL_AUTH_ACCESS_TTL: '5m',
          ROLLCALL_API_V2_ENABLED: 'true',
          ROLLCALL_DOCS_ENABLED: 'false',
          ROLLCALL_CORS_ORIGINS: 'https://a.example, https://b.example',
          ROLLCALL_AUTH_KEYS_RETENTION_FACTOR: '1.5',
          ROLLCALL_AUTH_ISSUER: '123',
        },
      },
    );
    const { server, auth, api, docs, cors } = config.current;
    expect([server.bodyLimit, auth.access.ttl, api.v2Enabled, docs.enabled]).toEqual([1_048_576, 300_000, true, false]);
    expect(cors.origins).toEqual(['https://a.example', 'https://b.example']);
    expect([auth.keys.retentionFactor, auth.issuer]).toEqual([1.5, '123']);
  });

  it('accepts the common names, and lists the pinned keys', () => {
    const env = { HOST: '127.0.0.2', PORT: '81', DATABASE_URL: 'postgres://h/db' };
    const { config, lines } = openConfig({ 'local.yaml': 'server: {port: 82}' }, { env });
    expect(config.current.server).toMatchObject({ host: '127.0.0.2', port: 81 });
    expect(config.current.database.url).toBe('postgres://h/db');
    const pinned = [
      { key: 'server.host', variable: 'HOST' },
      { key: 'server.port', variable: 'PORT' },
      { key: 'database.url', variable: 'DATABASE_URL' },
    ];
    expect(config.status.pinned).toEqual(pinned);
    expect(lines[0]).toMatchObject({ level: 'info', pinned });
  });

  it('prefers the ROLLCALL_ name to the common one, and warns', () => {
    const { config, lines } = openConfig({}, { env: { PORT: '81', ROLLCALL_SERVER_PORT: '82' } });
    expect(config.current.server.port).toBe(82);
    expect(lines.map(({ msg }) => msg)).toContain('PORT is ignored because ROLLCALL_SERVER_PORT is set');
  });

  it('warns about a file for a common name, which only the ROLLCALL_ name supports', () => {
    const env = {
      DATABASE_URL_FILE: '/run/secrets/url',
      PORT_FILE: '/run/port',
      HOST_FILE: '',
      REDIS_URL_FILE: '/run/redis',
    };
    const { lines } = openConfig({}, { env });
    expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
      'DATABASE_URL_FILE is ignored: use ROLLCALL_DATABASE_URL_FILE',
      'PORT_FILE is ignored: use ROLLCALL_SERVER_PORT_FILE',
      'REDIS_URL_FILE is ignored: the Redis store is not available in this release',
    ]);
  });

  it('accepts * for all origins', () => {
    const { config } = openConfig({}, { env: { ROLLCALL_CORS_ORIGINS: '*' } });
    expect(config.current.cors.origins).toEqual(['*']);
  });

  it.each([
    ['ROLLCALL_DOCS_ENABLED', '0', 'wrong_type'],
    ['ROLLCALL_DOCS_ENABLED', 'no', 'wrong_type'],
    ['ROLLCALL_DOCS_ENABLED', 'off', 'wrong_type'],
    ['ROLLCALL_DOCS_ENABLED', 'False', 'wrong_type'],
    ['PORT', '80x', 'wrong_type'],
    ['PORT', '0x50', 'wrong_type'],
    ['PORT', ' 80', 'wrong_type'],
    ['PORT', '99999', 'out_of_range'],
    ['ROLLCALL_AUTH_ACCESS_TTL', '900', 'wrong_type'],
    ['ROLLCALL_CORS_ORIGINS', 'https://a.example,nonsense', 'wrong_type'],
  ])('rejects %s=%s', (variable, value, code) => {
    expect(faultsWith({ [variable]: value })).toEqual([expect.objectContaining({ file: variable, code })]);
  });

  it('ignores an empty variable', () => {
    const { config } = openConfig(
      { 'local.yaml': 'server: {port: 82}' },
      { env: { PORT: '', ROLLCALL_SERVER_PORT: '' } },
    );
    expect(config.current.server.port).toBe(82);
    expect(config.status.pinned).toEqual([]);
  });

  it('warns about unknown variables', () => {
    const env = {
      ROLLCALL_SERVER_PROT: '1',
      ROLLCALL_ZZZZZZZZZZZZZZZZZZZZZZZZ: '1',
      REDIS_URL: 'redis://h',
      ROLLCALL_CONFIG_DIR: '/etc/rollcall',
      ROLLCALL_BOOTSTRAP_ADMIN_USERNAME: 'root',
      ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD: 'secret',
      PATH: '/bin',
    };
    const { lines } = openConfig({}, { env });
    expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
      'unknown environment variable ROLLCALL_SERVER_PROT; did you mean ROLLCALL_SERVER_PORT?',
      'unknown environment variable ROLLCALL_ZZZZZZZZZZZZZZZZZZZZZZZZ',
      'REDIS_URL is ignored: the Redis store is not available in this release',
    ]);
  });
});

describe('Redis in the environment', () => {
  it.each(['redis://:hidden@127.0.0.1:6379', 'null', 'anything'])('is rejected as ROLLCALL_REDIS_URL: %s', (url) => {
    const issues = faultsWith({ ROLLCALL_REDIS_URL: url });
    expect(issues).toEqual([
      expect.objectContaining({ key: 'redis.url', file: 'ROLLCALL_REDIS_URL', code: 'out_of_range' }),
    ]);
    expect(issues[0]?.message).toContain('the Redis store is not available in this release');
    expect(issues[0]?.message).not.toContain('hidden');
  });

  it('is ignored with a warning as REDIS_URL', () => {
    expect(faultsWith({ REDIS_URL: 'redis://127.0.0.1' })).toEqual([]);
  });
});

describe('mounted secrets', () => {
  it('are read without their trailing newline', () => {
    const mount = join(makeFolder(), 'issuer');
    writeFileSync(mount, 'from the mount\n');
    const { config } = openConfig({}, { env: { ROLLCALL_AUTH_ISSUER_FILE: mount } });
    expect(config.current.auth.issuer).toBe('from the mount');
    expect(config.explain('auth.issuer')[0]?.source).toBe('env:ROLLCALL_AUTH_ISSUER_FILE');
  });

  it('are read again by a reload', async () => {
    const mount = join(makeFolder(), 'issuer');
    writeFileSync(mount, 'first');
    const { config } = openConfig({}, { env: { ROLLCALL_AUTH_ISSUER_FILE: mount } });
    writeFileSync(mount, 'second');
    expect(await config.reload('signal')).toMatchObject({ outcome: 'applied', changed: ['auth.issuer'] });
    expect(config.current.auth.issuer).toBe('second');
  });

  it('are rejected if missing, empty, or set twice', () => {
    const mount = join(makeFolder(), 'secret');
    expect(faultsWith({ ROLLCALL_PASSWORD_PEPPER_FILE: mount })).toEqual([
      { key: 'password.pepper', file: mount, code: 'file_missing', message: 'file not found' },
    ]);
    writeFileSync(mount, '\n');
    expect(faultsWith({ ROLLCALL_PASSWORD_PEPPER_FILE: mount })).toEqual([
      expect.objectContaining({ code: 'empty_document' }),
    ]);
    expect(faultsWith({ ROLLCALL_PASSWORD_PEPPER_FILE: mount, ROLLCALL_PASSWORD_PEPPER: 'p'.repeat(32) })).toEqual([
      expect.objectContaining({ key: 'password.pepper', code: 'conflict' }),
    ]);
  });
});
