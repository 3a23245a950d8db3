import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { similarSteps } from '../../../scripts/features/suggestions.js';
import TypeScriptSnippet from '../../../scripts/features/snippet-syntax.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('an undefined step gets the most similar patterns', () => {
  const patterns = [
    '{account} is logged in{sent}',
    '{caller} logs in{fields}{sent}',
    '{caller} sends {method} {path}{sent}',
    'the request is rejected with {int} {word}',
    'at least {int} cache entry/entries is/are removed',
    String.raw`/^the (\w+) table (is locked|is unlocked|has another column)$/`,
    '{account} {account action} {account}{sent}',
  ];

  it.each([
    ['ada lgos in', '{caller} logs in{fields}{sent}'],
    ['Ada is logged inn', '{account} is logged in{sent}'],
    ['Ada logs inn from 192.0.2.1', '{caller} logs in{fields}{sent}'],
    ['the request gets rejected with 403 account_blocked', 'the request is rejected with {int} {word}'],
    ['root sneds post /api/v1/users/me with the body "{\\"a b\\": 1}"', '{caller} sends {method} {path}{sent}'],
    ['at least 1 ccahe entry is removed', 'at least {int} cache entry/entries is/are removed'],
    ['the users table is lokced', patterns[5]],
  ])('%s', (step, pattern) => {
    expect(similarSteps(step, patterns)[0]).toBe(pattern);
  });

  it('or none', () => {
    for (const step of ['a rainbow spans the valley', 'Ada wants a pony']) {
      expect(similarSteps(step, patterns)).toEqual([]);
    }
  });
});

describe('an undefined step gets a function in TypeScript', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rollcall-snippets-'));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
  });

  const snippet = (functionName: string, source: string, stepParameterNames: string[] = []): string =>
    new TypeScriptSnippet('async-await', directory, directory).build({
      functionName,
      generatedExpressions: [{ source }],
      stepParameterNames,
    });

  it('with the world and the types of existing steps', () => {
    writeFileSync(
      join(directory, 'steps.ts'),
      "When('{account} waits{sent}', async function (this: RollcallWorld, name: string, sent: Sending) {});",
    );
    expect(snippet('When', "{account}'s {int}{sent}", ['dataTable'])).toContain(
      "When('{account}\\'s {int}{sent}', async function (this: RollcallWorld, account: string, int: number, sent: Sending, dataTable: DataTable) {",
    );
  });

  it('with a parameter for each account of the features, in asynchronous functions only', () => {
    writeFileSync(
      join(directory, 'x.feature'),
      'Feature: X\n  Scenario: Y\n    Given Ada is logged in\n    And Bob has an account\n    And the JSON is sent',
    );
    for (const keyword of ['Given', 'When', 'Then']) {
      expect(snippet(keyword, "Bob's {int} JSON \\{Adas} for Ada")).toContain(
        `${keyword}('{account}\\'s {int} JSON \\\\{Adas} for {account}', async function (this: RollcallWorld, account: string, int: number, account2: string) {`,
      );
    }
  });

  it('without a parameter type that matches any word or quoted text', () => {
    const script = `
      import { loadSteps } from './scripts/features/cucumber.ts';
      const { parameterTypeRegistry: { parameterTypes } } = await loadSteps(process.cwd());
      const isGeneral = (source) => ['Ada', 'add', '"x"'].some((text) => new RegExp('^(?:' + source + ')$').test(text));
      const found = [...parameterTypes].filter(
        ({ useForSnippets, regexpStrings }) => useForSnippets && regexpStrings.some(isGeneral),
      );
      console.log(found.map(({ name }) => name).join());
      process.exit(0);
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(stdout.trim(), stderr).toBe('string');
  });
});
