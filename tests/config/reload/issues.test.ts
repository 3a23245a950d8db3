import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Config } from '../../../src/config/config.js';
import { ConfigError, type ConfigIssueCode } from '../../../src/config/issue.js';
import { asUnprivileged, makeDirectory, makeLog, openConfig, reloads } from '../support.js';

type Place = ReturnType<typeof makeDirectory>;

const good = 'rateLimit:\n  login:\n    points: 7\n';

/** Each error: what happens to local.yaml or to the directory, and its code. */
const issues: readonly (readonly [string, ConfigIssueCode, (place: Place) => void])[] = [
  ['deleted', 'file_missing', ({ path }) => rmSync(path('local.yaml'))],
  ['default.yaml deleted', 'file_missing', ({ path }) => rmSync(path('default.yaml'))],
  ['the directory deleted', 'file_missing', ({ directory }) => rmSync(directory, { recursive: true })],
  ['truncated to nothing', 'empty_document', ({ path }) => truncateSync(path('local.yaml'))],
  ['half-written', 'wrong_type', ({ write }) => write('local.yaml', good.slice(0, 20))],
  ['half-written within a quote', 'unparsable', ({ write }) => write('local.yaml', 'auth: {issuer: "half')],
  ['invalid YAML', 'unparsable', ({ write }) => write('local.yaml', 'rateLimit: [}')],
  ['a wrong type', 'wrong_type', ({ write }) => write('local.yaml', 'rateLimit: {login: {points: many}}')],
  ['out of range', 'out_of_range', ({ write }) => write('local.yaml', 'rateLimit: {login: {points: 0}}')],
  ['an unknown key', 'unknown_key', ({ write }) => write('local.yaml', 'rateLimit: {login: {pionts: 8}}')],
  [
    'a sparse file of 100 MB',
    'too_large',
    ({ path, write }) => {
      write('local.yaml', good);
      truncateSync(path('local.yaml'), 100 * 1024 * 1024);
    },
  ],
  ['one byte over the limit', 'too_large', ({ write }) => write('local.yaml', `${good}#${'x'.repeat(1024 * 1024)}`)],
  ['an endless device', 'not_a_file', replaceBy((path) => symlinkSync('/dev/zero', path))],
  ['binary', 'binary', ({ write }) => write('local.yaml', Buffer.from([0xff, 0xfe, 0x00, 0x80]))],
  ['text in Latin-1', 'binary', ({ write }) => write('local.yaml', Buffer.from(`${good}# caf\u00e9\n`, 'latin1'))],
  ['UTF-16', 'binary', ({ write }) => write('local.yaml', Buffer.from(`\uFEFF${good}`, 'utf16le'))],
  ['a NUL', 'binary', ({ write }) => write('local.yaml', `${good}# \0\n`)],
  ['a key twice', 'duplicate_key', ({ write }) => write('local.yaml', `${good}${good}`)],
  ['__proto__', 'forbidden_key', ({ write }) => write('local.yaml', `${good}__proto__: {docs: {enabled: false}}`)],
  ['a FIFO', 'not_a_file', replaceBy((path) => execFileSync('mkfifo', [path]))],
  ['a directory', 'not_a_file', replaceBy((path) => mkdirSync(path))],
  ['a symlink to nowhere', 'file_missing', replaceBy((path) => symlinkSync('nowhere', path))],
  ['a symlink to itself', 'unreadable', replaceBy((path) => symlinkSync(path, path))],
  ['a contradiction', 'conflict', ({ write }) => write('local.yaml', 'database: {pool: {min: 9, max: 8}}')],
  ['only a comment', 'empty_document', ({ write }) => write('local.yaml', '# to be done\n')],
];

function replaceBy(make: (path: string) => void) {
  return ({ path }: Place): void => {
    rmSync(path('local.yaml'));
    make(path('local.yaml'));
  };
}

const restoreFiles = ({ directory, path, write }: Place, text: string): void => {
  mkdirSync(directory, { recursive: true });
  rmSync(path('local.yaml'), { recursive: true, force: true });
  write('default.yaml', '{}\n');
  write('local.yaml', text);
};

describe('while the service is running', () => {
  it.each(issues)('%s is rejected until it is corrected', async (_what, code, spoil) => {
    const open = openConfig({ 'local.yaml': good });
    const { config, lines, metric } = open;
    const before = config.current;
    spoil(open);
    const result = await config.reload('admin');
    expect(result).toMatchObject({ outcome: 'refused', revision: null, changed: [] });
    expect(result.errors.map((issue) => issue.code)).toContain(code);
    expect(config.current).toBe(before);
    expect(config.status.lastError?.errors).toEqual(result.errors);
    expect(lines.at(-1)).toMatchObject({ level: 'error', errors: result.errors });
    expect([await metric(reloads('refused')), await metric(/^rollcall_config_last_reload_successful (\d)$/m)]).toEqual([
      1, 0,
    ]);

    restoreFiles(open, good);
    expect(await config.reload('admin')).toMatchObject({ outcome: 'unchanged', revision: null });
    expect(config.status.lastError).toBeNull();
    expect(await metric(/^rollcall_config_last_reload_successful (\d)$/m)).toBe(1);

    restoreFiles(open, good.replace('7', '8'));
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied', revision: null });
  });

  it('is noticed even if size and time are the same', async () => {
    const { config, path, write } = openConfig({ 'local.yaml': good });
    const { atime, mtime } = statSync(path('local.yaml'));
    write('local.yaml', good.replace('7', '9'));
    utimesSync(path('local.yaml'), atime, mtime);
    expect(await config.reload('poll')).toMatchObject({ outcome: 'applied' });
    expect(config.current.rateLimit.login.points).toBe(9);
  });

  it('all errors of all files are reported at once', async () => {
    const { config, write } = openConfig({ 'local.yaml': good });
    write('test.yaml', 'server: {port: x}\nserver2: {}\n');
    write('local.yaml', '[');
    const { errors } = await config.reload('admin');
    expect(errors.map(({ file, key }) => [file, key])).toEqual([
      ['test.yaml', 'server.port'],
      ['test.yaml', 'server2'],
      ['local.yaml', null],
    ]);
  });

  it('the same invalid content is logged once, unless a reload is requested', async () => {
    const { config, lines, write } = openConfig();
    const rejections = () => lines.filter(({ level }) => level === 'error').length;
    write('local.yaml', 'nonsense: 1');
    await config.reload('watch');
    await config.reload('poll');
    expect(rejections()).toBe(1);
    await config.reload('signal');
    expect(rejections()).toBe(2);
    write('local.yaml', 'nonsense: 2');
    await config.reload('poll');
    expect(rejections()).toBe(3);
  });

  it('a layer is dropped with {}', async () => {
    const { config, write } = openConfig({ 'local.yaml': good });
    write('local.yaml', '{}');
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied', changed: ['rateLimit.login.points'] });
    expect(config.current.rateLimit.login.points).toBe(60);
  });

  it('a layer may be added later', async () => {
    const { config, write } = openConfig();
    write('test.yaml', good);
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied' });
    expect(config.status.files).toEqual(['default.yaml', 'test.yaml']);
  });

  it.each([
    ['file', 'local.yaml', 0o000],
    ['directory', '.', 0o000],
  ])('an unreadable %s is rejected', async (_what, name, mode) => {
    const { config, folder, path } = openConfig({ 'local.yaml': good });
    chmodSync(folder, 0o755);
    chmodSync(path(name), mode);
    const result = await asUnprivileged(() => config.reload('admin'));
    expect(result).toMatchObject({ outcome: 'refused' });
    expect(result.errors).toContainEqual(expect.objectContaining({ file: 'local.yaml', code: 'unreadable' }));
    chmodSync(path(name), 0o755);
    expect(await asUnprivileged(() => config.reload('admin'))).toMatchObject({ outcome: 'unchanged' });
  });
});

describe('at startup', () => {
  const start = (place: Place): unknown => {
    try {
      return Config.open({ ...place, nodeEnv: 'test', env: {}, log: makeLog().log, dataDir: `${place.folder}/data` });
    } catch (error) {
      return error;
    }
  };

  // A file that does not exist is only an error if it was active.
  const optional = ['deleted', 'a symlink to nowhere'];

  it.each(issues.filter(([what]) => !optional.includes(what)))('%s is rejected', (_what, code, spoil) => {
    const place = makeDirectory({ 'local.yaml': good });
    spoil(place);
    const error = start(place);
    expect(error).toBeInstanceOf(ConfigError);
    const { issues: found, message } = error as ConfigError;
    expect(found.map((issue) => issue.code)).toContain(code);
    expect(message.split('\n')).toHaveLength(found.length);
  });

  it('lists every error on its own line', () => {
    const error = start(makeDirectory({ 'local.yaml': 'server: {prot: 1, host: 5}' }));
    expect((error as ConfigError).message).toBe(
      'local.yaml:1:10: server.prot: unknown key (unknown_key); did you mean server.port?\n' +
        'local.yaml:1:25: server.host: must be a host name or IP address without a port, or a Unix socket such as unix:/run/rollcall.sock, got 5 (wrong_type)',
    );
  });
});
