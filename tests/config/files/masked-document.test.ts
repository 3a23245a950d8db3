import { describe, expect, it } from 'vitest';
import { maskDocument } from '../../../src/config/files/masked-document.js';

const masked = '********';

describe('maskDocument', () => {
  it.each([
    ['secrets', 'password: {pepper: abc, minLength: 15}\n', `password: {pepper: ${masked}, minLength: 15}\n`],
    ['secrets with a comment character', 'password:\n  pepper: "a#b"\n', `password:\n  pepper: ${masked}\n`],
    ['a misspelled key of a secret', 'password: {peper: abc}\n', `password: {peper: ${masked}}\n`],
    ['unknown sections', 'unknown: {a: 1}\n', `unknown: ${masked}\n`],
    ['comments', '# pepper: abc\ncors: {origins: []} # abc\n', '# …\ncors: {origins: []} # …\n'],
    ['a value in place of a section', 'mail: {smtp: smtp://host?abc}\n', `mail: {smtp: ${masked}}\n`],
    [
      'credentials in a URL',
      'mail: {smtp: {host: smtp://a:b/c@host}}\n',
      `mail: {smtp: {host: smtp://${masked}@host}}\n`,
    ],
    ['lists of secrets', 'password: {previousPeppers: [abc, def]}\n', `password: {previousPeppers: ${masked}}\n`],
  ])('masks %s', (_name, text, expected) => {
    expect(maskDocument(text)).toBe(expected);
  });

  it('shows values of known keys and of open sections', () => {
    const text = "features: {newCheckout: true}\nmail:\n  from: 'A # B <a@example.org>'\n";
    expect(maskDocument(text)).toBe(text);
  });

  it('keeps every line in its place', () => {
    const text = 'password:\n  pepper: >-\n    one\n    two\n  minLength: 15\n';
    const shown = maskDocument(text) ?? '';
    expect(shown).not.toMatch(/one|two/);
    expect(shown.split('\n').indexOf('  minLength: 15')).toBe(text.split('\n').indexOf('  minLength: 15'));
  });

  it.each([
    ['cannot be parsed', 'password: [1'],
    ['uses aliases', 'unknown: &a abc\npassword: {pepper: *a}\n'],
  ])('shows nothing of a document that %s', (_name, text) => {
    expect(maskDocument(text)).toBeNull();
  });
});
