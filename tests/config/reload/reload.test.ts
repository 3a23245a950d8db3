import { describe, expect, it, vi } from 'vitest';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../../src/clock.js';
import { ConfigReader } from '../../../src/config/reload/config-reader.js';
import { noOverrides } from '../../../src/config/override-state.js';
import { ConfigStore } from '../../../src/config/reload/config-store.js';
import { ReloadReport } from '../../../src/config/reload/reload-report.js';
import { RevisionRepository } from '../../../src/config/revisions/revision-repository.js';
import { makeDirectory, makeLog, openConfig, reloads } from '../support.js';

const isDeeplyFrozen = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

const login = (points: number): string => `rateLimit: {login: {points: ${points}}}\n`;

describe('settings', () => {
  it('are deeply frozen, and replaced as a whole', async () => {
    const { config, write } = openConfig();
    const before = config.current;
    expect(isDeeplyFrozen(before)).toBe(true);
    write('local.yaml', login(7));
    await config.reload('signal');
    expect(isDeeplyFrozen(config.current)).toBe(true);
    expect(config.current).not.toBe(before);
    expect([before.rateLimit.login.points, config.current.rateLimit.login.points]).toEqual([60, 7]);
  });

  it('do not share lists with the next snapshot', async () => {
    const { config, write } = openConfig({ 'local.yaml': 'cors: {origins: ["https://a.example"]}' });
    const before = config.current;
    write('local.yaml', 'cors: {origins: ["https://a.example"]}\ndocs: {enabled: false}');
    await config.reload('signal');
    expect(config.current.cors.origins).toEqual(before.cors.origins);
    expect(isDeeplyFrozen(config.current.cors.origins)).toBe(true);
  });
});

describe('a reload', () => {
  it('applies the files, and reports it', async () => {
    const { config, write, lines, metric } = openConfig();
    const hash = config.status.hash;
    write('local.yaml', `${login(7)}auth: {access: {ttl: 5m}}\n`);
    expect(await config.reload('admin')).toEqual({
      outcome: 'applied',
      revision: null,
      shadowedByOverride: [],
      changed: ['rateLimit.login.points', 'auth.access.ttl'],
      pendingRestart: [],
      noEffect: [],
      errors: [],
    });
    expect(config.status).toMatchObject({ revision: null, lastError: null, files: ['default.yaml', 'local.yaml'] });
    expect(config.status.hash).not.toBe(hash);
    expect(lines.at(-1)).toMatchObject({
      level: 'info',
      msg: 'configuration applied',
      revision: null,
      hash: config.status.hash,
      trigger: 'admin',
      applied: [
        { key: 'rateLimit.login.points', from: 60, to: 7 },
        { key: 'auth.access.ttl', from: '15m', to: '5m' },
      ],
      pending: [],
    });
    expect(lines.at(-1)?.['duration_ms']).toEqual(expect.any(Number));
    expect(await metric(reloads('applied'))).toBe(1);
    expect(await metric(/^rollcall_config_reload_duration_seconds_count (\d+)$/m)).toBe(1);
  });

  it.each([
    ['the same bytes', login(7)],
    ['a comment', `# why\n${login(7)}`],
    ['a byte-order mark', `\uFEFF${login(7)}`],
    ['another layout', 'rateLimit:\n  login:\n    points: 7\n'],
    ['a default written out', `${login(7)}docs: {enabled: true}\n`],
    ['another unit', `${login(7)}auth: {access: {ttl: 900s}}\n`],
  ])('does nothing for %s', async (_what, text) => {
    const { config, write, metric } = openConfig({ 'local.yaml': login(7) });
    const [before, { hash }] = [config.current, config.status];
    write('local.yaml', text);
    expect(await config.reload('admin')).toMatchObject({ outcome: 'unchanged', revision: null, changed: [] });
    expect(config.current).toBe(before);
    expect(config.status).toMatchObject({ revision: null, hash });
    expect([await metric(reloads('unchanged')), await metric(reloads('applied'))]).toEqual([1, 0]);
  });

  it('shows a new source even if nothing else has changed', async () => {
    const { config, write } = openConfig({ 'local.yaml': login(7) });
    write('test.yaml', login(7));
    write('local.yaml', '{}');
    expect(await config.reload('admin')).toMatchObject({ outcome: 'unchanged' });
    expect(config.explain('rateLimit.login.points')[0]?.source).toBe('file:test.yaml');
  });

  it('hashes the files and not the environment', () => {
    const one = openConfig({ 'local.yaml': login(7) }, { env: { PORT: '1' } }).config;
    const two = openConfig({ 'test.yaml': login(7), 'local.yaml': '{}' }, { env: { PORT: '2' } }).config;
    const three = openConfig({ 'local.yaml': login(8) }).config;
    expect(one.status.hash).toBe(two.status.hash);
    expect(one.status.hash).not.toBe(three.status.hash);
    expect(one.status.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('keys secrets in the hash, so that they cannot be guessed', () => {
    const files = { 'local.yaml': 'database: {url: "postgres://u:hunter2@h/db"}' };
    const hashUnder = (digit: string): string =>
      openConfig(files, { env: { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: digit.repeat(64) } }).config.status.hash;
    expect(hashUnder('a')).toBe(hashUnder('a'));
    expect(hashUnder('a')).not.toBe(hashUnder('b'));
  });

  it('is rejected while the files keep changing, before anything in them is validated', async () => {
    const { folder, directory } = makeDirectory();
    const { log } = makeLog();
    const reader = new ConfigReader({ directory, nodeEnv: 'test', env: {}, dataDir: join(folder, 'data') });
    const store = new ConfigStore(
      {
        ...{ reader, clock: systemClock, repository: new RevisionRepository(log, 10), subscribers: new Set() },
        ...{ report: new ReloadReport(log, undefined), prepareDeadlineMs: 1000 },
      },
      reader.readDisk(),
    );
    const { active } = store;
    const read = vi.spyOn(reader, 'read');
    const disk = { ...reader.readDisk(), isStable: false };
    const attempt = { overrides: noOverrides, mayLeaveOut: () => false };
    const { result } = await store.reload({ trigger: 'watch', requester: null, disk, ...attempt });
    expect(result).toMatchObject({ outcome: 'refused', errors: [{ code: 'unstable' }] });
    expect(read).not.toHaveBeenCalled();
    expect(store.active).toBe(active);
  });

  it('logs that nothing has changed at level info after a signal, and otherwise at level debug', async () => {
    const { config, lines } = openConfig({ 'local.yaml': login(7) });
    expect(await config.reload('signal')).toMatchObject({ outcome: 'unchanged' });
    expect(lines.at(-1)).toMatchObject({ level: 'info', event: 'config.unchanged', msg: 'configuration unchanged' });
    expect(await config.reload('admin')).toMatchObject({ outcome: 'unchanged' });
    expect(lines.at(-1)).toMatchObject({ level: 'debug', event: 'config.unchanged', trigger: 'admin' });
  });

  it('is a revision even if the environment pins every changed key', async () => {
    const { config, write } = openConfig({}, { env: { ROLLCALL_RATE_LIMIT_LOGIN_POINTS: '5' } });
    write('local.yaml', login(7));
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied', revision: null, changed: [] });
    expect(config.current.rateLimit.login.points).toBe(5);
  });

  it('keeps restart keys, reports them, and applies the rest', async () => {
    const { config, write, metric } = openConfig();
    write('local.yaml', `server: {port: 81}\nmetrics: {enabled: false}\n${login(7)}`);
    const result = await config.reload('admin');
    expect(result).toMatchObject({ outcome: 'applied', pendingRestart: ['server.port', 'metrics.enabled'] });
    expect(result.changed).toEqual(['server.port', 'metrics.enabled', 'rateLimit.login.points']);
    const { server, metrics, rateLimit } = config.current;
    expect([server.port, metrics.enabled, rateLimit.login.points]).toEqual([8080, true, 7]);
    expect(config.explain('server.port')[0]).toMatchObject({
      ...{ value: 8080, source: 'default', pending: 81, class: 'restart' },
    });
    expect(await metric(/^rollcall_config_pending_restart_keys (\d+)$/m)).toBe(2);

    write('local.yaml', login(7));
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied', pendingRestart: [] });
    expect(config.explain('server.port')[0]).not.toHaveProperty('pending');
    expect(await metric(/^rollcall_config_pending_restart_keys (\d+)$/m)).toBe(0);
  });

  it('marks the layer of the active value of a restart key as active only while it contains that value', async () => {
    const { config, write } = openConfig({
      'default.yaml': 'server: {port: 80}\n',
      'local.yaml': 'server: {port: 82}\n',
    });
    const activeLayers = (): unknown[] => config.layersOf('server.port').filter(({ active }) => active);
    expect(activeLayers()).toEqual([{ source: 'file:local.yaml', value: 82, active: true }]);
    write('local.yaml', 'server: {port: 83}\n');
    await config.reload('admin');
    expect(config.explain('server.port')[0]).toMatchObject({ value: 82, source: 'file:local.yaml', pending: 83 });
    expect(config.layersOf('server.port').at(-1)).toEqual({ source: 'file:local.yaml', value: 83, active: false });
    expect(activeLayers()).toEqual([]);
    write('local.yaml', 'server: {port: 82}\n');
    await config.reload('admin');
    expect(activeLayers()).toEqual([{ source: 'file:local.yaml', value: 82, active: true }]);
  });

  it('validates the rest together with the values that are kept', async () => {
    const { config, write } = openConfig({ 'local.yaml': 'metrics: {port: 81}\nserver: {port: 82}\n' });
    write('local.yaml', 'metrics: {port: 82}\nserver: {port: 81}\n');
    expect(await config.reload('admin')).toMatchObject({
      outcome: 'applied',
      pendingRestart: ['server.port', 'metrics.port'],
    });
    expect(config.current.server.port).toBe(82);
  });

  it('shows only the newest revision and hash as a metric', async () => {
    const { config, write, metrics } = openConfig();
    write('local.yaml', login(7));
    await config.reload('admin');
    const info = (await metrics.expose()).split('\n').filter((line) => line.startsWith('rollcall_config_info{'));
    expect(info).toEqual([`rollcall_config_info{revision="",hash="${config.status.hash}"} 1`]);
  });

  it('never shows a secret', async () => {
    const { config, write, lines } = openConfig({ 'local.yaml': `password: {pepper: ${'hunter2'.repeat(4)}}` });
    write('local.yaml', `password: {pepper: ${'hunter2'.repeat(5)}}\ndatabase: {url: "postgres://u:hunter2@h/db"}`);
    expect(await config.reload('admin')).toMatchObject({ pendingRestart: ['database.url', 'password.pepper'] });
    write('local.yaml', 'password: {pepper: [hunter2]}');
    expect(await config.reload('admin')).toMatchObject({ outcome: 'refused' });
    const everything = JSON.stringify([lines, config.explain(), config.status]);
    expect(everything).not.toContain('hunter2');
    expect(config.explain('database.url')[0]).toMatchObject({ pending: 'postgres://u:********@h/db' });
  });

  it('uses the clock', async () => {
    const times = { wall: Date.UTC(2026, 0, 1), ms: 0 };
    const clock: Clock = {
      now: () => new Date(times.wall),
      monotonicMs: () => times.ms,
      setTimer: systemClock.setTimer,
    };
    const { config, write, metric } = openConfig({}, { clock });
    expect(config.status.loadedAt).toEqual(new Date('2026-01-01T00:00:00Z'));
    times.wall += 60_000;
    write('local.yaml', login(7));
    await config.reload('admin');
    expect(config.status.loadedAt).toEqual(new Date('2026-01-01T00:01:00Z'));
    expect(await metric(/^rollcall_config_last_reload_success_timestamp_seconds (\d+)$/m)).toBe(times.wall / 1000);
  });
});
