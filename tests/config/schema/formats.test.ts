import { describe, expect, it } from 'vitest';
import { validateText } from '../../../src/config/files/validate.js';
import { boolean, durationOrOff, integer, list } from '../../../src/config/schema/format.js';
import { maskUrl } from '../../../src/config/schema/network-formats.js';

const issuesOf = (text: string) => validateText('local.yaml', text).issues;

describe('values in files', () => {
  it.each([
    ['server: {port: 0}', 'server.port', 0],
    ['server: {publicUrl: null}', 'server.publicUrl', null],
    ['server: {publicUrl: "https://a.example"}', 'server.publicUrl', 'https://a.example'],
    ['server: {host: "::1"}', 'server.host', '::1'],
    ['cors: {origins: "*"}', 'cors.origins', ['*']],
    ['cors: {origins: ["http://localhost:3000"]}', 'cors.origins', ['http://localhost:3000']],
    ['database: {url: "postgresql://u@h/db"}', 'database.url', 'postgresql://u@h/db'],
    ['database: {url: "postgresql://u:p@/db?host=/run"}', 'database.url', 'postgresql://u:p@/db?host=/run'],
    ['database: {url: "host=h1,h2 dbname=db"}', 'database.url', 'host=h1,h2 dbname=db'],
    ['auth: {keys: {retentionFactor: 2.5}}', 'auth.keys.retentionFactor', 2.5],
    [`auth: {keys: {encryptionKey: ${'AB'.repeat(32)}}}`, 'auth.keys.encryptionKey', 'ab'.repeat(32)],
    ['rateLimit: {login: {points: 10000000}}', 'rateLimit.login.points', 10_000_000],
  ])('parses %s', (text, key, value) => {
    const { values, issues } = validateText('local.yaml', text);
    expect(issues).toEqual([]);
    expect(values.get(key)).toEqual(value);
  });

  it.each([
    ['server: {port: "8080"}', 'server.port', 'wrong_type', undefined],
    ['server: {port: 80.5}', 'server.port', 'wrong_type', undefined],
    ['server: {port: 65536}', 'server.port', 'out_of_range', undefined],
    ['server: {port: .inf}', 'server.port', 'wrong_type', undefined],
    ['server: {port: .nan}', 'server.port', 'wrong_type', undefined],
    ['server: {port: null}', 'server.port', 'wrong_type', undefined],
    ['server: {port: [1]}', 'server.port', 'wrong_type', undefined],
    ['server: {port: {a: 1}}', 'server.port', 'wrong_type', undefined],
    ['server: {trustedProxyHops: -1}', 'server.trustedProxyHops', 'out_of_range', undefined],
    ['server: {host: "a b"}', 'server.host', 'wrong_type', undefined],
    ['server: {publicUrl: "https://a.example/path"}', 'server.publicUrl', 'wrong_type', 'https://a.example'],
    ['server: {publicUrl: "ftp://a.example"}', 'server.publicUrl', 'wrong_type', undefined],
    [`server: {publicUrl: "https://${'a.'.repeat(1000)}example"}`, 'server.publicUrl', 'out_of_range', undefined],
    ['server: {bodyLimit: 100KB}', 'server.bodyLimit', 'wrong_type', '100kb'],
    ['server: {bodyLimit: 11mb}', 'server.bodyLimit', 'out_of_range', undefined],
    ['docs: {enabled: no}', 'docs.enabled', 'wrong_type', 'false'],
    ['docs: {enabled: "yes"}', 'docs.enabled', 'wrong_type', 'true'],
    ['docs: {enabled: 0}', 'docs.enabled', 'wrong_type', undefined],
    ['logging: {level: INFO}', 'logging.level', 'out_of_range', 'info'],
    ['logging: {level: loud}', 'logging.level', 'out_of_range', undefined],
    ['cors: {origins: https://a.example}', 'cors.origins', 'wrong_type', '[https://a.example]'],
    ['cors: {origins: ["https://a.example/"]}', 'cors.origins', 'wrong_type', 'https://a.example'],
    ['cors: {origins: ["null"]}', 'cors.origins', 'wrong_type', undefined],
    ['database: {url: "mysql://h/db"}', 'database.url', 'wrong_type', undefined],
    ['auth: {access: {ttl: 0s}}', 'auth.access.ttl', 'out_of_range', undefined],
    ['auth: {access: {ttl: 25h}}', 'auth.access.ttl', 'out_of_range', undefined],
    ['auth: {issuer: ""}', 'auth.issuer', 'out_of_range', undefined],
    ['auth: {issuer: "a\\u0000b"}', 'auth.issuer', 'wrong_type', undefined],
    ['auth: {keys: {encryptionKey: abc}}', 'auth.keys.encryptionKey', 'out_of_range', undefined],
    ['password: {minLength: 7}', 'password.minLength', 'out_of_range', undefined],
    ['password: {bcryptCost: 16}', 'password.bcryptCost', 'out_of_range', undefined],
    ['password: {pepper: short}', 'password.pepper', 'out_of_range', undefined],
    ['password: {pepper: fifteen letters}', 'password.pepper', 'out_of_range', undefined],
    ['password: {previousPeppers: [short, 7]}', 'password.previousPeppers', 'wrong_type', undefined],
    ['rateLimit: {login: {points: 0}}', 'rateLimit.login.points', 'out_of_range', undefined],
    ['rateLimit: {login: {points: 10000001}}', 'rateLimit.login.points', 'out_of_range', undefined],
    ['rateLimit: {login: {window: 25d}}', 'rateLimit.login.window', 'out_of_range', undefined],
    ['rateLimit: {login: {block: never}}', 'rateLimit.login.block', 'wrong_type', undefined],
  ])('rejects %s', (text, key, code, suggestion) => {
    const issues = issuesOf(text);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ key, code, file: 'local.yaml' });
    expect(issues[0]?.suggestion).toBe(suggestion);
    expect(issues[0]?.message).toMatch(/^(must be|missing unit|invalid value \(redacted\); expected) /);
  });

  it('reports that the Redis store is not available', () => {
    expect(issuesOf('cache: {store: redis}')[0]?.message).toContain('the Redis store is not available in this release');
    expect(issuesOf('rateLimit: {store: redis}')[0]?.message).toContain(
      'the Redis store is not available in this release',
    );
  });

  it('shows the invalid value, but never a secret', () => {
    expect(issuesOf('server: {port: eighty}')[0]?.message).toContain('got the string "eighty"');
    const issues = issuesOf(
      'password: {pepper: [hunter2]}\nauth: {keys: {encryptionKey: hunter2}}\ndatabase: {url: "my://u:hunter2@h"}',
    );
    expect(issues).toHaveLength(3);
    expect(JSON.stringify(issues)).not.toContain('hunter2');
  });

  it('does not quote an unparsable file, which may contain a secret', () => {
    for (const text of [
      'password:\n  pepper: "hunter2\n',
      'password: {pepper: hunter2',
      'pepper: !secret hunter2',
      '*hunter2',
    ]) {
      const issues = issuesOf(text);
      expect(issues.length).toBeGreaterThan(0);
      expect(JSON.stringify(issues)).not.toContain('hunter2');
    }
  });
});

describe('keys in files', () => {
  it.each([
    ['server: {prot: 1}', 'server.prot', 'server.port'],
    ['rateLimits: {login: {points: 1}}', 'rateLimits', 'rateLimit'],
    ['ratelimit: {login: {points: 1}}', 'ratelimit', 'rateLimit'],
    ['server.port: 1', 'server.port', 'server.port'],
    ['server: {PORT: 1}', 'server.PORT', 'server.port'],
    ['rateLimit: {login: {pts: 1}}', 'rateLimit.login.pts', 'rateLimit.login.points'],
    ['server: {hasOwnProperty: 1}', 'server.hasOwnProperty', undefined],
  ])('rejects the unknown key of %s', (text, key, suggestion) => {
    const issues = issuesOf(text);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ key, code: 'unknown_key' });
    expect(issues[0]?.suggestion).toBe(suggestion);
  });

  it.each(['__proto__: {admin: true}', 'server: {__proto__: {port: 1}}', 'constructor: {prototype: {a: 1}}'])(
    'rejects %s',
    (text) => {
      expect(issuesOf(text)).toEqual([expect.objectContaining({ code: 'forbidden_key' })]);
      expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
    },
  );

  it('rejects a section that is not a mapping', () => {
    expect(issuesOf('server: 5')).toEqual([expect.objectContaining({ key: 'server', code: 'wrong_type' })]);
    expect(issuesOf('server:')).toEqual([expect.objectContaining({ key: 'server', code: 'wrong_type' })]);
  });

  it('reports all errors at once', () => {
    const codes = issuesOf('server: {port: x, prot: 1}\nlogging: {level: 5}\nnothing: 1').map(({ key }) => key);
    expect(codes).toEqual(['server.port', 'server.prot', 'logging.level', 'nothing']);
  });
});

describe('YAML', () => {
  it.each([
    ['', 'empty_document'],
    ['# only a comment\n', 'empty_document'],
    ['~', 'empty_document'],
    ['---\n...\n', 'empty_document'],
    ['just text', 'wrong_type'],
    ['[1, 2]', 'wrong_type'],
    ['server: {port: 1', 'unparsable'],
    ['server:\n\tport: 1', 'unparsable'],
    ['server: {port: 1}\n---\nserver: {port: 2}', 'unparsable'],
    ['server: {port: !!int 1}\nlogging: !custom {}', 'unparsable'],
    ['server: *nowhere', 'unparsable'],
    ['? [a]\n: 1', 'unparsable'],
    ['server: {port: 1}\nserver: {port: 2}', 'duplicate_key'],
    ['server: {port: 1, port: 2}', 'duplicate_key'],
  ])('rejects %j as %s', (text, code) => {
    expect(issuesOf(text).map((issue) => issue.code)).toContain(code);
  });

  it('accepts {} as an empty layer', () => {
    expect(validateText('local.yaml', '{}')).toMatchObject({ values: new Map(), issues: [] });
  });

  it('does not merge << or follow circular aliases', () => {
    expect(issuesOf('<<: {server: {port: 1}}')).toEqual([expect.objectContaining({ key: '<<', code: 'unknown_key' })]);
    expect(issuesOf('server: &a {port: *a}')).toEqual([expect.objectContaining({ key: 'server.port' })]);
  });

  const bombs: readonly (readonly [string, string])[] = [
    ['brackets', '['.repeat(1_000_000)],
    ['braces', '{a: '.repeat(250_000)],
    ['dashes', '- '.repeat(500_000)],
    ['question marks', '? '.repeat(9_000)],
    ['keys', Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n')],
    [
      'aliases',
      `a: &a [${'x,'.repeat(50)}]\nb: &b [${'*a,'.repeat(50)}]\nc: &c [${'*b,'.repeat(50)}]\nd: [${'*c,'.repeat(50)}]`,
    ],
  ];

  it.each(bombs)('rejects a megabyte of %s quickly', (_name, text) => {
    const startedMs = performance.now();
    expect(issuesOf(text).length).toBeGreaterThan(0);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  });

  it('accepts a file that is long because of its comments', () => {
    const { issues, values } = validateText(
      'local.yaml',
      `${'# a comment of some length\n'.repeat(35_000)}server: {port: 1}\n`,
    );
    expect(issues).toEqual([]);
    expect(values.get('server.port')).toBe(1);
  });
});

describe('URLs that are shown', () => {
  it('have their passwords masked, in the authority and in the query', () => {
    expect(maskUrl('postgres://user:hunter2@host:5432/db')).toBe('postgres://user:********@host:5432/db');
    expect(maskUrl('postgres://host/db?password=hunter2&sslmode=require')).not.toContain('hunter2');
    expect(maskUrl('postgres://user@host/db')).toBe('postgres://user@host/db');
    expect(maskUrl('hunter2')).toBe('********');
    for (const text of [
      'u:12#hunter2@h/d',
      'u:12?hunter2@h/d',
      'u:12/hunter2@h/d',
      'u:hunter2@h1,h2/d',
      'u:hunter2@/d',
    ]) {
      expect(maskUrl(`postgres://${text}`)).not.toContain('hunter2');
    }
    expect(maskUrl('host=h password=hunter2')).toBe('********');
  });
});

describe('formats', () => {
  it('limit the length of a list', () => {
    expect(list(integer(0, 9), 2).parse([1, 2])).toMatchObject({ ok: true, value: [1, 2] });
    expect(list(integer(0, 9), 2).parse([1, 2, 3])).toMatchObject({ ok: false, code: 'out_of_range' });
  });

  it('read off as 0', () => {
    expect(durationOrOff('1s', '1m').parse('off')).toMatchObject({ ok: true, value: 0 });
    expect(durationOrOff('1s', '1m').parse('0s')).toMatchObject({ ok: true, value: 0 });
  });

  it('convert only plain decimals of environment variables', () => {
    expect(integer(0, 99).fromText('16')).toBe(16);
    expect(integer(0, 99).fromText('0x10')).toBe('0x10');
    expect(integer(0, 99).fromText('')).toBe('');
  });

  it('explain a boolean in quotes', () => {
    expect(boolean.parse('true')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('remove the quotes') as string,
    });
  });
});
