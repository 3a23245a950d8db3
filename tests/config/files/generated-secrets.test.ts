import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkDirectory } from '../../../src/config/reload/check-directory.js';
import { Config } from '../../../src/config/config.js';
import { ConfigError } from '../../../src/config/issue.js';
import { generatedSecret } from '../../../src/config/files/generated-secrets.js';
import { makeDirectory, makeFolder, makeLog, openConfig } from '../support.js';

const given = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64), ROLLCALL_PASSWORD_PEPPER: 'p'.repeat(32) };

describe('secrets that nobody gave', () => {
  it('are made once and kept, readable by the owner only', () => {
    const dataDir = join(makeFolder(), 'data');
    const first = openConfig({}, { dataDir }).config.current;
    const second = openConfig({}, { dataDir }).config.current;
    expect(first.password.pepper).toMatch(/^[0-9a-f]{64}$/);
    expect(first.auth.keys.encryptionKey).toMatch(/^[0-9a-f]{64}$/);
    expect(first.password.pepper).not.toBe(first.auth.keys.encryptionKey);
    expect(second.password.pepper).toBe(first.password.pepper);
    expect(second.auth.keys.encryptionKey).toBe(first.auth.keys.encryptionKey);
    const folder = join(dataDir, 'secrets');
    expect(readdirSync(folder).sort()).toEqual(['auth.keys.encryptionKey', 'password.pepper']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('stay while the service runs, whatever becomes of their files', async () => {
    const dataDir = join(makeFolder(), 'data');
    const { config, write } = openConfig({}, { dataDir });
    rmSync(dataDir, { recursive: true });
    write('local.yaml', 'docs: {enabled: false}');
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied', changed: ['docs.enabled'] });
  });

  it('take over after a restart when a given one is withdrawn', async () => {
    const { config, write } = openConfig({ 'local.yaml': `password: {pepper: ${'p'.repeat(32)}}` });
    write('local.yaml', '{}');
    expect(await config.reload('admin')).toMatchObject({ outcome: 'applied', pendingRestart: ['password.pepper'] });
    expect(config.current.password.pepper).toBe('p'.repeat(32));
  });

  it('are not made when they are given', () => {
    const dataDir = join(makeFolder(), 'data');
    const { config } = openConfig({}, { dataDir, env: given });
    expect(config.current.password.pepper).toBe('p'.repeat(32));
    expect(() => readdirSync(dataDir)).toThrow('ENOENT');
  });

  it('are not made by a check, nor by a start that is refused', () => {
    const { folder, directory } = makeDirectory({ 'local.yaml': 'nonsense: 1' });
    expect(checkDirectory({ directory, nodeEnv: 'test', env: {} })).toHaveLength(1);
    const options = { directory, nodeEnv: 'test', env: {}, log: makeLog().log, dataDir: join(folder, 'data') };
    expect(() => Config.open(options)).toThrow(ConfigError);
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('are the same for starts at the same time', async () => {
    const dataDir = makeFolder();
    const module = new URL('../../../src/config/files/generated-secrets.ts', import.meta.url).href;
    const script = `const { generatedSecret } = await import(${JSON.stringify(module)});
      process.stdout.write(generatedSecret(${JSON.stringify(dataDir)}, 'password.pepper'));`;
    const start = () => promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    const answers = await Promise.all([start(), start(), start()]);
    const secrets = new Set(answers.map(({ stdout }) => stdout));
    expect([...secrets]).toEqual([readFileSync(join(dataDir, 'secrets', 'password.pepper'), 'utf8').trim()]);
    expect(readdirSync(join(dataDir, 'secrets'))).toEqual(['password.pepper']);
  });

  it('are refused when their file is damaged, without replacing it', () => {
    const dataDir = makeFolder();
    generatedSecret(dataDir, 'password.pepper');
    const file = join(dataDir, 'secrets', 'password.pepper');
    writeFileSync(file, 'short');
    expect(() => generatedSecret(dataDir, 'password.pepper')).toThrow('file does not contain 64 hexadecimal digits');
    expect(readFileSync(file, 'utf8')).toBe('short');
  });

  it('are refused with a sentence where they cannot be kept', () => {
    const file = join(makeFolder(), 'file');
    writeFileSync(file, '');
    expect(() => generatedSecret(file, 'password.pepper')).toThrow(/cannot create the secret in this directory/);
  });
});

describe('in production', () => {
  const { directory } = { directory: new URL('../../../config', import.meta.url).pathname };

  it('secrets must be given, and the sentence says how', () => {
    const issues = checkDirectory({ directory, nodeEnv: 'production', env: {} });
    expect(issues.map(({ key, code }) => [key, code])).toEqual([
      ['auth.keys.encryptionKey', 'secret_missing'],
      ['password.pepper', 'secret_missing'],
    ]);
    expect(issues[0]?.message).toContain('ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY');
  });

  it('given secrets are enough', () => {
    expect(checkDirectory({ directory, nodeEnv: 'production', env: given })).toEqual([]);
  });

  it('a malformed secret is one issue, not two', () => {
    const env = { ...given, ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'short' };
    expect(checkDirectory({ directory, nodeEnv: 'production', env })).toEqual([
      expect.objectContaining({ key: 'auth.keys.encryptionKey', code: 'wrong_type' }),
    ]);
  });
});
