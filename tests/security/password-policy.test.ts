import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPasswords } from '../../src/security/common-passwords.js';
import { PasswordPolicy, type PasswordOwner } from '../../src/security/password-policy.js';

const settings = { password: { minLength: 15, maxLength: 256 } };
const lenient = { password: { minLength: 1, maxLength: 256 } };
const policy = new PasswordPolicy();
const codes = (password: string, owner: PasswordOwner = {}, terms = settings, of = policy): string[] =>
  of.check(password, owner, terms).map((fault) => fault.code);

describe('length', () => {
  it('is counted in code points of the composed form', () => {
    expect(codes('correct horse 1')).toEqual([]);
    expect(codes('correct horse ')).toEqual(['too_short']);
    expect(codes('\u{1f511}\u{1f40e}\u{1f511}\u{1f512}\u{1f511}\u{1f40e}\u{1f512}')).toEqual(['too_short']);
    const accented = 'Zażółć gęślą ja';
    expect(codes(accented)).toEqual([]);
    expect(codes(accented.normalize('NFD'))).toEqual([]);
    expect(codes(accented.slice(1).normalize('NFD'))).toEqual(['too_short']);
  });

  it('has a maximum, which 64 characters of any script stay below', () => {
    expect(codes('\u6f22\u5b57 \u0434\u0430 '.repeat(9).slice(0, 64).replace(/^./u, 'q'))).toEqual([]);
    const mixed = (length: number): string =>
      Array.from({ length }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
    expect(codes(mixed(256))).toEqual([]);
    expect(codes(mixed(257))).toEqual(['too_long']);
    const astral = Array.from({ length: 256 }, (_, n) => String.fromCodePoint(0x20000 + n)).join('');
    expect(codes(astral)).toEqual([]);
    const decomposed = Array.from({ length: 256 }, (_, n) => String.fromCodePoint(0xac01 + n))
      .join('')
      .normalize('NFD');
    expect(codes(decomposed)).toEqual([]);
  });

  it('rejects huge text quickly, and still reports that it contains a NUL', () => {
    const startedAt = performance.now();
    expect(codes(`a${'\u0301\u0316'.repeat(500_000)}\0`)).toEqual(['too_long', 'nul_character']);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('follows the settings that it is given', () => {
    expect(codes('violet otter')).toEqual(['too_short']);
    expect(policy.check('violet otter', {}, settings)[0]?.message).toContain('15');
    expect(codes('violet otter', {}, { password: { minLength: 8, maxLength: 10 } })).toEqual(['too_long']);
  });
});

describe('content', () => {
  it('may be anything but NUL: no composition rules', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 15, maxLength: 64 }), (password) => {
        const found = codes(password);
        expect(found.includes('nul_character')).toBe(password.includes('\0'));
        for (const code of found) expect(['nul_character', 'too_common', 'too_short']).toContain(code);
      }),
    );
    expect(codes('\0 fourteen more characters')).toEqual(['nul_character']);
    expect(codes('               x')).toEqual([]);
  });

  it('rejects the most common passwords, including the first 3,000', () => {
    const common = commonPasswords;
    expect(common.size).toBeGreaterThan(40_000);
    for (const password of dictionary.passwords.slice(0, 3000)) {
      expect([password, codes(password, {}, lenient).includes('too_common')]).toEqual([password, true]);
    }
    for (const famous of ['123456', 'password', 'qwerty', 'iloveyou', 'letmein', 'trustno1']) {
      expect(common.has(famous)).toBe(true);
    }
  });

  it.each([
    '123456789987654321',
    'Passwordpassword',
    '\uff50assword\uff50assword',
    'QWERTYUIOP12345',
    'password password',
    'p-a-s-s-w-o-r-d.p_a_s_s_w_o_r_d',
    'passwordpasswordpass',
    'dragondragondragon',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabca',
    '                ',
    '123456789012345678',
  ])('rejects %j as too common', (password) => {
    expect(codes(password)).toEqual(['too_common']);
  });

  it.each([
    'password of my grandmother',
    'dragons eat violet otters',
    'dragonmonkeyletmein',
    'violet otter violet otter',
  ])('accepts %j, which only contains common words', (password) => {
    expect(codes(password)).toEqual([]);
  });
});

describe('names', () => {
  const ada = { username: 'Ada.Lovelace', email: 'Countess@Analytical.example' };

  it.each([
    ['my ADA.LOVELACE engine', 'contains_username'],
    ['xxadalovelace1815zz', 'contains_username'],
    ['the countess of numbers', 'contains_email'],
    ['COUNTESS@analytical.EXAMPLE', 'contains_email'],
    ['i love RollCall so much', 'contains_service_name'],
    ['\uff52\uff4f\uff4c\uff4c\uff43\uff41\uff4c\uff4c for all of us', 'contains_service_name'],
  ])('rejects %j: %s', (password, code) => {
    expect(codes(password, ada)).toEqual([code]);
  });

  it('considers a name of three characters only as a separate word', () => {
    for (const found of [
      'a story of ada and bob',
      'ada1815-lovelace',
      '2026ada engines',
      'x ADA.engine.of.numbers',
      'from canada to ada',
    ]) {
      expect([found, codes(found, { username: 'ada' })]).toEqual([found, ['contains_username']]);
    }
    for (const chance of ['canada in the autumn', 'armadas of violets', 'adaptable otters swim']) {
      expect([chance, codes(chance, { username: 'ada' })]).toEqual([chance, []]);
    }
    expect(codes('go up the hill at dawn', { email: 'up@x.example' })).toEqual([]);
    expect(codes('my up@x.example address', { email: 'up@x.example' })).toEqual(['contains_email']);
  });

  it('reports all reasons together, in a fixed order', () => {
    expect(codes('rollcall\0ada', { username: 'ada', email: 'rollcall@x.example' })).toEqual([
      'too_short',
      'nul_character',
      'contains_username',
      'contains_email',
      'contains_service_name',
    ]);
    expect(codes('rollcallrollcall', { username: 'rollcall' }).sort()).toEqual([
      'contains_service_name',
      'contains_username',
    ]);
  });

  it('works without an account', () => {
    expect(codes('violet otters swim', { username: null, email: null })).toEqual([]);
    expect(codes('violet otters swim')).toEqual([]);
    expect(codes('violet otters swim', {}, settings, new PasswordPolicy({ serviceName: 'otters' }))).toEqual([
      'contains_service_name',
    ]);
  });
});
