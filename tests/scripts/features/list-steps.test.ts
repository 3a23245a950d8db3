import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const list = (...words: string[]): string[] => {
  const args = ['--import', 'tsx', 'scripts/features/run.ts', '--list-steps', ...words];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return `${stdout}${stderr}`.split('\n').filter((line) => /^\S/.test(line));
};

it('--list-steps finds words of patterns, and values of parameter types', () => {
  expect(list('LOGGED', 'in')).toContain('{account} is logged in{sent}');
  const found = list('Mallory', 'restored');
  expect(found).toContain("{account}'s account is {account state}");
  expect(found.every((pattern) => pattern.includes('{account}'))).toBe(true);
  expect(list('Mallory', 'nonsense')).toEqual(['features: No step contains Mallory and nonsense.']);
});
