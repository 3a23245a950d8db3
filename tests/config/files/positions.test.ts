import { describe, expect, it } from 'vitest';
import { describeIssue } from '../../../src/config/issue.js';
import { validateText } from '../../../src/config/files/validate.js';
import { openConfig } from '../support.js';

const linesOf = (text: string): string[] => validateText('local.yaml', text).issues.map(describeIssue);

describe('errors in a file', () => {
  it.each([
    ['a value', 'rateLimit:\n  login:\n    points: 0\n', 'local.yaml:3:13: rateLimit.login.points: '],
    ['a missing value', 'rateLimit:\n  login:\n    points:\n', 'local.yaml:3:12: rateLimit.login.points: '],
    ['an unknown key', 'docs:\n  enabeld: true\n', 'local.yaml:2:3: docs.enabeld: unknown key'],
    ['an unknown section', '# mine\n\nnonsense: {a: 1}\n', 'local.yaml:3:1: nonsense: unknown key'],
    ['a value for a section', 'docs: true\n', 'local.yaml:1:7: docs: must be a mapping'],
    ['a list for a section', 'docs:\n  - enabled\n', 'local.yaml:2:3: docs: must be a mapping'],
    ['the name of a flag', 'features:\n  new-ui: true\n', 'local.yaml:2:3: features.new-ui: the name of a flag must'],
    ['a forbidden key', 'server:\n  __proto__: 1\n', 'local.yaml:2:3: server.__proto__: forbidden key'],
    ['a key with dots', 'docs.enabled: true\n', 'local.yaml:1:1: docs.enabled: unknown key; nest the parts'],
    ['bad indentation', 'docs:\n  enabled: true\n bad: 1\n', 'local.yaml:3:1: invalid YAML'],
    ['a duplicate key', 'api: {}\napi: {}\n', 'local.yaml:2:1: api: duplicate key "api" (first at line 1, column 1)'],
    ['an alias', 'server: {host: &a 5, port: *a, prot: 1}\n', 'local.yaml:1:'],
  ])('%s', (_what, text, expected) => {
    const [first = ''] = linesOf(text);
    expect(first.slice(0, expected.length)).toBe(expected);
  });

  it('have the position of a key that contradicts another one', async () => {
    const { config, write } = openConfig();
    write('local.yaml', 'password:\n  maxLength: 64\n  minLength: 65\n');
    const { errors } = await config.reload('admin');
    expect(errors.map(describeIssue)).toEqual([
      'local.yaml:3:14: password.minLength: password.minLength must not be larger than password.maxLength (conflict)',
    ]);
  });

  it('have the position of a key that a subscriber cannot apply', async () => {
    const { config, write } = openConfig();
    config.subscribe({
      name: 'mail transport',
      keys: ['mail.smtp.host', 'mail.smtp.port'],
      prepare: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:2526')),
    });
    write('local.yaml', 'mail:\n  smtp:\n    port: 2526\n');
    const { errors } = await config.reload('admin');
    expect(errors).toEqual([
      {
        key: 'mail.smtp.port',
        file: 'local.yaml',
        line: 3,
        column: 11,
        code: 'subscriber_failed',
        message:
          'could not switch mail transport: connect ECONNREFUSED 127.0.0.1:2526 (mail.smtp.host, mail.smtp.port)',
      },
    ]);
  });

  it('have no position in a variable', () => {
    expect(() => openConfig({}, { env: { PORT: '99999' } })).toThrow(
      /^PORT: server\.port: must be an integer between/m,
    );
  });
});

describe('error messages', () => {
  it.each([
    ['docs: {enabled: "true"}', 'must be a boolean, got the string "true"; remove the quotes'],
    ['docs: {enabled: yes}', 'must be true or false, got the string "yes"'],
    ['auth: {access: {ttl: 15}}', 'missing unit; for example 15s or 15m'],
    ['server: {bodyLimit: 100}', 'missing unit; for example 100b or 100kb'],
    [
      'auth: {access: {ttl: 25h}}',
      'must be a duration between 1s and 24h, such as 500ms, 30s, 15m, 1h or 30d, got the string "25h"',
    ],
    ['server: {port: "8080"}', 'must be an integer, got the string "8080"; remove the quotes'],
    ['server: {port: 65536}', 'must be an integer between 0 and 65,535, got 65536'],
    ['server: {port: }', 'must be an integer between 0 and 65,535, got no value'],
    ['logging: {level: loud}', 'must be one of trace, debug, info, warn, error, fatal, silent, got the string "loud"'],
    ['password: {pepper: short}', 'invalid value (redacted); expected a string of 16 to 1024 characters, or null'],
    ['docs: true', 'must be a mapping with keys such as enabled, got true'],
    [
      'database: postgres://ada:abc@host/rollcall',
      'invalid value (redacted); expected a mapping with keys such as url, pool, statementTimeout, slowQuery, migrateOnStart',
    ],
    [
      'mail: {smtp: {host: "smtp://ada:a/b@host"}}',
      'must be a host name or IP address without a port, or null, got the string "smtp://********@host"',
    ],
    [
      'telemetry: {endpoint: ["http://ada:a/b@host"]}',
      expect.stringMatching(/got \[ 'http:\/\/\*{8}@host' \]$/) as string,
    ],
  ])('%s', (text, expected) => {
    expect(validateText('local.yaml', text).issues.map(({ message }) => message)).toEqual([expected]);
  });
});
