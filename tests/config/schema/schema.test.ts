import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderDefaultYaml, renderJsonSchema, renderReference } from '../../../scripts/config-docs/reference.js';
import { readFeatures } from '../../../scripts/config-proof/read.js';
import { checkDirectory } from '../../../src/config/reload/dry-run.js';
import { validateText } from '../../../src/config/files/validate.js';
import { duration, durationOrOff, size } from '../../../src/config/schema/format.js';
import { mailKinds, mailParts, templateKind } from '../../../src/config/schema/mail-template.js';
import { environmentName, settings } from '../../../src/config/schema/schema.js';

const projectFile = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const configFolder = new URL('../../../config', import.meta.url).pathname;

describe('the schema', () => {
  it('derives the names of environment variables', () => {
    expect(environmentName('rateLimit.login.points')).toBe('ROLLCALL_RATE_LIMIT_LOGIN_POINTS');
    expect(environmentName('api.v2Enabled')).toBe('ROLLCALL_API_V2_ENABLED');
    expect(environmentName('password.bcryptCost')).toBe('ROLLCALL_PASSWORD_BCRYPT_COST');
    expect(environmentName('metrics.port')).toBe('ROLLCALL_METRICS_PORT');
    expect(new Set([...settings.keys()].map(environmentName)).size).toBe(settings.size);
  });

  it('gives every key a description and a valid default', () => {
    for (const [key, entry] of settings) {
      expect(entry.options.doc, key).toMatch(/^[A-Z].*\.$/);
      const value = entry.defaultValue();
      expect(entry.format.parse(entry.format.show(value)), key).toEqual({ ok: true, value });
    }
  });

  it.each([
    ['server.port', 8080],
    ['server.bodyLimit', 102_400],
    ['server.keepAliveTimeout', 65_000],
    ['auth.access.ttl', 900_000],
    ['auth.refresh.ttl', 30 * 86_400_000],
    ['rateLimit.loginAccount.block', 60_000],
    ['rateLimit.login.block', 0],
    ['rateLimit.greet.burst', 10],
    ['password.minLength', 15],
    ['cors.origins', []],
    ['database.url', null],
  ])('has the documented default of %s', (key, value) => {
    expect(settings.get(key)?.defaultValue()).toEqual(value);
  });

  it('requires a restart for secrets and listen addresses', () => {
    const restart = [...settings].filter(([, { options }]) => options.class === 'restart').map(([key]) => key);
    expect(restart).toEqual([
      'server.host',
      'server.port',
      'server.socketMode',
      'server.adminSocket',
      'metrics.enabled',
      'metrics.host',
      'metrics.port',
      'database.url',
      'database.migrateOnStart',
      'auth.keys.encryptionKey',
      'password.pepper',
    ]);
  });
});

describe('the generated files', () => {
  it('config/default.yaml, config/schema.json and docs/configuration.md are up to date', () => {
    expect(projectFile('config/default.yaml')).toBe(renderDefaultYaml());
    expect(projectFile('config/schema.json')).toBe(renderJsonSchema());
    const { proofs } = readFeatures(new URL('../../..', import.meta.url).pathname);
    expect(projectFile('docs/configuration.md')).toBe(renderReference(proofs));
  });

  it('document every key and its variable', () => {
    for (const key of settings.keys()) {
      expect(renderReference([])).toContain(`\`${key}\``);
      expect(renderDefaultYaml()).toContain(environmentName(key));
    }
  });

  it('contain exactly the defaults', () => {
    const { values, issues } = validateText('default.yaml', renderDefaultYaml());
    expect(issues).toEqual([]);
    for (const [key, value] of values) expect(value, key).toEqual(settings.get(key)?.defaultValue());
    const unstated = [...settings.keys()].filter((key) => !values.has(key));
    expect(unstated).toEqual([
      'server.publicUrl',
      'logging.override.level',
      'logging.override.until',
      'database.url',
      'auth.keys.encryptionKey',
      'password.pepper',
      'security.hashConcurrency',
      'mail.outboxDir',
      'mail.smtp.host',
      'mail.smtp.name',
      'mail.smtp.username',
      'mail.smtp.password',
      ...mailKinds.flatMap((kind) => mailParts.map((part) => `mail.templates.${templateKind(kind)}.${part}`)),
    ]);
  });

  it('are valid in each environment that has a file', () => {
    const environments = readdirSync(configFolder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.replace(/\.yaml$/, ''))
      .filter((name) => name !== 'default' && name !== 'local');
    expect(environments).toEqual(expect.arrayContaining(['production', 'test']));
    const env = { ROLLCALL_AUTH_KEYS_ENCRYPTION_KEY: 'a'.repeat(64), ROLLCALL_PASSWORD_PEPPER: 'p'.repeat(32) };
    for (const nodeEnv of environments) expect(checkDirectory({ directory: configFolder, nodeEnv, env })).toEqual([]);
  });
});

describe('quantities', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['24d', 2_073_600_000],
  ])('parses %s', (text, value) => {
    expect(duration('1ms', '24d').parse(text)).toEqual({ ok: true, value });
  });

  it.each(['', '15', '1.5h', '-1s', '1 s', 's', '1w', '0x1s', '1e3s', '99999999999999s', ' 1s', '1s\n'])(
    'does not read %j as a duration',
    (text) => {
      expect(duration('1ms', '24d').parse(text)).toMatchObject({ ok: false, code: 'wrong_type' });
    },
  );

  it('require a unit, and suggest lowercase', () => {
    expect(duration('1s', '24h').parse(900)).toEqual({
      ok: false,
      code: 'wrong_type',
      reason: 'missing unit; for example 900s or 900m',
    });
    expect(duration('1s', '24h').parse('15M')).toEqual({ ok: false, code: 'wrong_type', suggestion: '15m' });
  });

  it('are limited by bounds, inclusive', () => {
    const format = duration('1s', '24h');
    expect([format.parse('1s').ok, format.parse('24h').ok]).toEqual([true, true]);
    expect(format.parse('999ms')).toEqual({ ok: false, code: 'out_of_range' });
    expect(format.parse('25h')).toEqual({ ok: false, code: 'out_of_range' });
  });

  it('accept off and 0s', () => {
    const format = durationOrOff('1s', '24d');
    expect([format.parse('off'), format.parse('0s')]).toEqual([
      { ok: true, value: 0 },
      { ok: true, value: 0 },
    ]);
    expect(format.show(0)).toBe('off');
  });

  it('are shown in the form in which they are parsed', () => {
    const time = duration('0s', '24d');
    const bytes = size('0b', '10mb');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * 86_400_000 }), (value) => {
        expect(time.parse(time.show(value))).toEqual({ ok: true, value });
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * 1024 * 1024 }), (value) => {
        expect(bytes.parse(bytes.show(value))).toEqual({ ok: true, value });
      }),
    );
  });
});
