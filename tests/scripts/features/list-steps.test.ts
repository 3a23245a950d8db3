import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findSteps } from '../../../scripts/features/list-steps.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('findSteps', () => {
  const step = (pattern: string, ...parameters: string[]) => ({
    pattern,
    parameters,
    file: 'steps.ts',
    line: 1,
    matches: () => false,
  });
  const definitions = [
    step("{account}'s account is {account state}", '[A-Z]\\w*', 'blocked|restored'),
    step('the account is restored'),
    step('{account} is logged in', '[A-Z]\\w*'),
  ];
  const found = (...words: string[]): string[] => findSteps(definitions, words).map(({ pattern }) => pattern);

  it('finds words of patterns in any case, and values of parameter types, sorted', () => {
    expect(found('LOGGED', 'in')).toEqual(['{account} is logged in']);
    expect(found('restored')).toEqual(["{account}'s account is {account state}", 'the account is restored']);
    expect(found('Mallory', 'restored')).toEqual(["{account}'s account is {account state}"]);
    expect(found('Mallory', 'nonsense')).toEqual([]);
  });
});

describe('npm run features -- --list-steps', () => {
  const list = async (...words: string[]): Promise<{ stdout: string; stderr: string }> => {
    const args = ['--import', 'tsx', 'scripts/features/run.ts', '--list-steps', ...words];
    return promisify(execFile)(process.execPath, args, { cwd: root });
  };

  it('prints steps with their files', async () => {
    const { stdout } = await list('Mallory', 'restored');
    expect(stdout).toMatch(/^\{account\}'s account is \{account state\}\n {4}features\/steps\/\S+\.ts:\d+$/m);
  });

  it('fails if no step contains all words', async () => {
    await expect(list('Mallory', 'nonsense')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('features: No step contains Mallory and nonsense.') as string,
    });
  });
});
