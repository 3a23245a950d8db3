import { describe, expect, it } from 'vitest';
import { validateText } from '../../../src/config/files/validate.js';
import { openConfig } from '../support.js';

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => `${line(at)}\n`).join('');

const codesOf = (text: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { code } of validateText('local.yaml', text).issues) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};

describe('a file with more than a hundred errors', () => {
  it.each([
    ['unknown names', 'unknown_key', lines(2_000, (at) => `rateLimits_${String(at)}: 1`)],
    ['unknown names in a section', 'unknown_key', `rateLimit:\n${lines(2_000, (at) => `  logins${String(at)}: 1`)}`],
    ['bad names of switches', 'forbidden_key', `features:\n${lines(2_000, (at) => `  new-ui-${String(at)}: true`)}`],
    ['bad values', 'wrong_type', `features:\n${lines(2_000, (at) => `  switch${String(at)}: maybe`)}`],
  ])('lists the first hundred and counts the others: %s', (_what, code, text) => {
    expect(codesOf(text)).toEqual({ [code]: 100, more_faults: 1 });
    expect(validateText('local.yaml', text).issues.at(-1)).toEqual({
      ...{ key: null, file: 'local.yaml', code: 'more_faults', message: '1900 more errors' },
    });
  });

  it('lists a hundred errors', () => {
    expect(codesOf(lines(100, (at) => `a${String(at)}: 1`))).toEqual({ unknown_key: 100 });
    const { issues } = validateText(
      'local.yaml',
      lines(101, (at) => `a${String(at)}: 1`),
    );
    expect(issues.at(-1)?.message).toBe('1 more error');
  });

  it('lists duplicate keys with their positions, per mapping', () => {
    const { issues } = validateText(
      'local.yaml',
      'server: {port: 1, host: x, "port": 2}\nmetrics: {port: 3}\nserver: {}\n',
    );
    expect(issues.map(({ code, key, line, column, message }) => [code, key, line, column, message])).toEqual([
      ['duplicate_key', 'server.port', 1, 28, 'duplicate key "port" (first at line 1, column 10)'],
      ['duplicate_key', 'server', 3, 1, 'duplicate key "server" (first at line 1, column 1)'],
    ]);
  });

  it('is rejected as a whole', async () => {
    const { config, write } = openConfig();
    write(
      'local.yaml',
      lines(2_000, (at) => `rateLimits_${String(at)}: 1`),
    );
    const { outcome, errors } = await config.reload('admin');
    expect([outcome, errors.length]).toEqual(['refused', 101]);
  });
});

describe('a suggestion for an unknown name', () => {
  const suggestions = (text: string): (string | undefined)[] =>
    validateText('local.yaml', text).issues.map(({ suggestion }) => suggestion);

  it('is given for the first twenty unknown names', () => {
    const found = suggestions(lines(30, (at) => `rateLimi${String(at)}: 1`));
    expect(found).toEqual([...Array<string>(20).fill('rateLimit'), ...Array<undefined>(10).fill(undefined)]);
  });

  it('is not given for a very long name', () => {
    expect(suggestions(`rateLimi: 1\n"${'rateLimit.login.points'.padEnd(61, 'x')}": 1\n`)).toEqual([
      'rateLimit',
      undefined,
    ]);
  });
});
