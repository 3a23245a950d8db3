import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentName, keyOfVariable } from '../../../src/config/schema/schema.js';
import { isEnabled } from '../../../src/config/schema/feature-flags.js';
import { makeFolder, openConfig } from '../support.js';

const features = (names: string): Readonly<Record<string, string>> => ({ 'local.yaml': `features: {${names}}` });

describe('feature flags', () => {
  it('are frozen, and contain only the names that were set', () => {
    const { config } = openConfig(features('toString: true, valueOf: false'));
    const { features: found } = config.current;
    expect(Object.entries(found)).toEqual([
      ['toString', true],
      ['valueOf', false],
    ]);
    expect([Object.getPrototypeOf(found), Object.isFrozen(found), 'hasOwnProperty' in found]).toEqual([
      null,
      true,
      false,
    ]);
  });

  it('are off if they are not set', () => {
    const on = openConfig(features('announceGreetV2: true')).config.current;
    const off = openConfig(features('announceGreetV2: false')).config.current;
    const unstated = openConfig().config.current;
    expect([on, off, unstated].map((settings) => isEnabled(settings, 'announceGreetV2'))).toEqual([true, false, false]);
  });

  it('are part of the content: on, off and not set have different hashes', () => {
    const hashes = [features('a: true'), features('a: false'), {}].map((files) => openConfig(files).config.status.hash);
    expect(new Set(hashes).size).toBe(3);
    expect(openConfig(features('b: true, a: true')).config.status.hash).toBe(
      openConfig(features('a: true, b: true')).config.status.hash,
    );
  });

  it('change from and to null when they are added and removed', async () => {
    const { config, write, lines } = openConfig(features('old: true, kept: true'));
    write('local.yaml', 'features: {kept: true, fresh: false}');
    expect(await config.reload('signal')).toMatchObject({ changed: ['features.fresh', 'features.old'] });
    expect(lines.at(-1)).toMatchObject({
      applied: [
        { key: 'features.fresh', from: null, to: false },
        { key: 'features.old', from: true, to: null },
      ],
    });
    expect(config.explain('features').map(({ key, value, default: usual }) => [key, value, usual])).toEqual([
      ['features.fresh', false, false],
      ['features.kept', true, false],
    ]);
  });
});

describe('a feature flag in the environment', () => {
  it.each(['newCheckout', 'v2Enabled', 'a', 'darkMode2', 'x1Y'])(
    'has a name that can be derived from the variable: %s',
    (name) => {
      expect(keyOfVariable(environmentName(`features.${name}`))).toBe(`features.${name}`);
    },
  );

  it.each([
    'ROLLCALL_FEATURES',
    'ROLLCALL_FEATURES_',
    'ROLLCALL_FEATURES__A',
    'ROLLCALL_FEATURES_V_2',
    'ROLLCALL_FEATURES_2FA',
    'ROLLCALL_FEATURES_new',
    'ROLLCALL_FEATURES_CONSTRUCTOR',
    `ROLLCALL_FEATURES_${'A'.repeat(51)}`,
  ])('is not set by %s', (variable) => {
    expect(keyOfVariable(variable)).toBeUndefined();
    const { config, lines } = openConfig({}, { env: { [variable]: 'true' } });
    expect(config.current.features).toEqual({});
    expect(lines.some(({ msg }) => msg.startsWith(`unknown environment variable ${variable}`))).toBe(true);
  });

  it('overrides the files, also from a mounted file, and is pinned', () => {
    const mount = join(makeFolder(), 'switch');
    writeFileSync(mount, 'false\n');
    const env = { ROLLCALL_FEATURES_ONE: 'true', ROLLCALL_FEATURES_TWO_WORDS_FILE: mount };
    const { config, lines } = openConfig(features('one: false, twoWords: true'), { env });
    expect({ ...config.current.features }).toEqual({ one: true, twoWords: false });
    expect(config.status.pinned).toEqual([
      { key: 'features.one', variable: 'ROLLCALL_FEATURES_ONE' },
      { key: 'features.twoWords', variable: 'ROLLCALL_FEATURES_TWO_WORDS_FILE' },
    ]);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('sets the flag in a file whose name has two consecutive capitals', () => {
    const { config } = openConfig(features('newABTest: false'), { env: { ROLLCALL_FEATURES_NEW_ABTEST: 'true' } });
    expect({ ...config.current.features }).toEqual({ newABTest: true });
    expect(config.explain('features')[0]).toMatchObject({ env: 'ROLLCALL_FEATURES_NEW_ABTEST' });
  });

  it('is rejected if it is not a boolean, or set twice', () => {
    const mount = join(makeFolder(), 'switch');
    expect(() => openConfig({}, { env: { ROLLCALL_FEATURES_ONE: 'yes' } })).toThrow(/features\.one.*did you mean true/);
    const both = { ROLLCALL_FEATURES_ONE: 'true', ROLLCALL_FEATURES_ONE_FILE: mount };
    expect(() => openConfig({}, { env: both })).toThrow(/both/);
  });
});
