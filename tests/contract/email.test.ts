import { describe, expect, it } from 'vitest';
import { canonicalEmail, readEmail } from '../../src/contract/email.js';

const label63 = 'a'.repeat(63);

describe('an email address', () => {
  it.each([
    'ada@example.xn--p1ai',
    'r&d@example.org',
    'ada/team@example.org',
    'ada#1@example.org',
    "o'brien@example.org",
    "!#$%&'*+/=?^_`{|}~-@example.org",
    'a.b.c@example.org',
    'ada+tag@sub.example.co.uk',
    'A@1example.org',
    `${'a'.repeat(64)}@example.org`,
    `ada@${label63}.org`,
    `ada@${label63}.${label63}.${label63}.${'b'.repeat(54)}.c`,
  ])('is accepted unchanged: %s', (address) => {
    expect(readEmail(address)).toEqual({ address });
  });

  it.each([
    ['ada@münchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@mu\u0308nchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@MÜNCHEN.Example', 'ada@xn--mnchen-3ya.example'],
    ['Ada@XN--MNCHEN-3YA.example', 'Ada@xn--mnchen-3ya.example'],
    ['ada@пример.рф', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@straße.example', 'ada@xn--strae-oqa.example'],
  ])('has its domain in punycode: %s', (text, address) => {
    expect(readEmail(text)).toEqual({ address });
  });

  it.each([
    ['', 'invalid_format'],
    ['ada', 'invalid_format'],
    ['@example.org', 'invalid_format'],
    ['ada@', 'invalid_format'],
    ['ada@localhost', 'invalid_format'],
    ['.ada@example.org', 'invalid_format'],
    ['ada.@example.org', 'invalid_format'],
    ['a..da@example.org', 'invalid_format'],
    ['a da@example.org', 'invalid_format'],
    ['a"da@example.org', 'invalid_format'],
    ['"a da"@example.org', 'invalid_format'],
    ['ada@home@example.org', 'invalid_format'],
    ['ada,grace@example.org', 'invalid_format'],
    ['ünïcode@example.org', 'invalid_format'],
    ['\u212aate@example.org', 'invalid_format'],
    ['ada@-example.org', 'invalid_format'],
    ['ada@example-.org', 'invalid_format'],
    ['ada@example..org', 'invalid_format'],
    ['ada@.example.org', 'invalid_format'],
    ['ada@example.org.', 'invalid_format'],
    ['ada@exa_mple.org', 'invalid_format'],
    ['ada@example.org/path', 'invalid_format'],
    ['ada@münchen.example/path', 'invalid_format'],
    ['ada@münchen.example:25', 'invalid_format'],
    ['ada@münchen%2eexample', 'invalid_format'],
    ['ada@192.0.2.1', 'invalid_format'],
    ['ada@１９２.０.２.１', 'invalid_format'],
    ['ada@[192.0.2.1]', 'invalid_format'],
    ['ada@xn--a.example', 'invalid_format'],
    ['ada@xn--zz--.example', 'invalid_format'],
    ['ada@xn--a-ecp.example', 'invalid_format'],
    ['ada@ü℀.example', 'invalid_format'],
    [`ada@${'a'.repeat(64)}.org`, 'invalid_format'],
    [`ada@${'ü'.repeat(63)}.org`, 'invalid_format'],
    [`${'a'.repeat(65)}@example.org`, 'too_long'],
    [`${'a'.repeat(61)}@${label63}.${label63}.${label63}.c`, 'too_long'],
    ['a'.repeat(100_000), 'invalid_format'],
  ])('is rejected: %j', (text, code) => {
    expect(readEmail(text)).toMatchObject({ error: { code } });
  });

  it('says which part is too long', () => {
    expect(readEmail(`${'a'.repeat(65)}@example.org`)).toMatchObject({
      error: { message: 'must have at most 64 characters before "@"' },
    });
  });
});

describe('the form in which addresses are compared', () => {
  it.each([
    ['ADA@Example.ORG', 'ada@example.org'],
    ['Ada@MÜNCHEN.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@mu\u0308nchen.example', 'ada@xn--mnchen-3ya.example'],
    ['Ada', 'ada'],
    ['\u212aate@example.org', '\u212aate@example.org'],
    ['\u0130da@example.org', '\u0130da@example.org'],
    ['ada@\u00fc..example', 'ada@\u00fc..example'],
  ])('of %j is %j', (text, canonical) => {
    expect(canonicalEmail(text)).toBe(canonical);
  });

  it('of a stored address is the form in the database', () => {
    const read = readEmail('Ada@MÜNCHEN.example');
    const address = 'address' in read ? read.address : '';
    expect(canonicalEmail('ADA@münchen.EXAMPLE')).toBe(address.toLowerCase());
  });
});
