import { describe, expect, it } from 'vitest';
import { applyRules } from '../../scripts/rooms/finding.js';
import { projectOf } from '../../scripts/rooms/project.js';
import { textRules } from '../../scripts/rooms/rules/index.js';

/** Findings of one rule as `file:line`, with all rules running, so that a neighbour's rule cannot stand in for it. */
const places = (rule: string, texts: Record<string, string>, others: string[] = []): string[] =>
  applyRules(projectOf(texts, others), textRules)
    .filter((finding) => finding.rule === rule)
    .map(({ file, line }) => `${file}:${line}`);

/** A line comment, put together so that the checks of this repository do not see it in this file. */
const comment = (text: string): string => ['/', '/ ', text, '\n'].join('');
const word = (...halves: string[]): string => halves.join('');

interface Example {
  readonly rule: string;
  readonly what: string;
  readonly bad: Record<string, string>;
  /** `file:line` of each finding in the bad tree. */
  readonly at: string[];
  readonly good: Record<string, string>;
}

const examples: Example[] = [
  {
    rule: 'import-direction',
    what: 'a lower floor that imports a higher one',
    bad: { 'src/models/user.ts': `import '../errors/codes.js';\nimport '../handlers/auth/login.js';\n` },
    at: ['src/models/user.ts:2'],
    good: { 'src/handlers/auth/login.ts': `import '../../models/user.js';\nimport './tokens.js';\n` },
  },
  {
    rule: 'import-direction',
    what: 'rooms of one floor that know each other',
    bad: { 'src/limits/limiter.ts': `export { a } from '../cache/cache.js';\n` },
    at: ['src/limits/limiter.ts:1'],
    good: { 'src/limits/limiter.ts': `export { a } from '../config/config.js';\n` },
  },
  {
    rule: 'import-direction',
    what: 'type imports, dynamic imports and import types in the wrong direction',
    bad: {
      'src/config/holder.ts': `import type { A } from '../database/a.js';\nvoid import('../app.js');\nlet b: import('../services.js').B;\n`,
    },
    at: ['src/config/holder.ts:1', 'src/config/holder.ts:2', 'src/config/holder.ts:3'],
    good: { 'src/cli/serve.ts': `import type { A } from '../database/a.js';\nvoid import('../app.js');\n` },
  },
  {
    rule: 'import-direction',
    what: 'a service that imports its tests',
    bad: { 'src/app.ts': `import '../tests/support/clock.js';\n` },
    at: ['src/app.ts:1'],
    good: { 'tests/app.test.ts': `import '../src/app.js';\n` },
  },
  {
    rule: 'import-direction',
    what: 'a migration that imports the service',
    bad: { 'migrations/1_users.ts': `import { User } from '../src/models/user.js';\n` },
    at: ['migrations/1_users.ts:1'],
    good: { 'migrations/1_users.ts': `import type { Knex } from 'knex';\n` },
  },
  {
    rule: 'import-direction',
    what: 'a room without a floor',
    bad: { 'src/utils/strings.ts': `\n` },
    at: ['src/utils/strings.ts:1'],
    good: { 'src/server/listen.ts': `\n` },
  },
  {
    rule: 'one-door',
    what: 'a package that comes in by the window',
    bad: {
      'src/handlers/auth/login.ts': `import { hash } from 'bcrypt';\nimport type { Knex } from 'knex';\nimport 'yaml/util';\n`,
    },
    at: ['src/handlers/auth/login.ts:1', 'src/handlers/auth/login.ts:2', 'src/handlers/auth/login.ts:3'],
    good: {
      'src/security/password.ts': `import { hash } from 'bcrypt';\n`,
      'src/models/user.ts': `import { Model } from 'objection';\n`,
      'tests/security/password.test.ts': `import { hash } from 'bcrypt';\n`,
    },
  },
  {
    rule: 'module-state',
    what: 'variables and collections at module level',
    bad: {
      'src/cache/a.ts': `let count = 0;\nconst seen = new Map<string, number>();\nconst list: string[] = [];\nexport const emitter = new EventEmitter();\nvar x;\n`,
    },
    at: [1, 2, 3, 4, 5].map((line) => `src/cache/a.ts:${line}`),
    good: {
      'src/cache/a.ts': `const names: ReadonlySet<string> = new Set(['a']);\nconst none: readonly string[] = [];\nconst pattern = new RegExp('a');\nconst list = ['a'];\nconst f = () => { let count = 0; const m = new Map(); return count + m.size; };\ndeclare let other: string;\n`,
      'scripts/a.ts': `let count = 0;\n`,
    },
  },
  {
    rule: 'module-state',
    what: 'static fields that change',
    bad: { 'src/models/a.ts': `class A {\n  static count = 0;\n  static readonly seen = new Set();\n}\n` },
    at: ['src/models/a.ts:2', 'src/models/a.ts:3'],
    good: {
      'src/models/a.ts': `class A {\n  static readonly tableName = 'a';\n  count = 0;\n  seen = new Set();\n}\n`,
    },
  },
  {
    rule: 'doc-block',
    what: 'exports without a doc block',
    bad: {
      'src/models/a.ts': `export const a = 1;\n${comment('Not a doc block.')}export function b() {}\nexport class C {}\n/** */\nexport type D = 1;\nconst e = 1;\nexport { e };\nexport default 1;\n`,
    },
    at: [1, 3, 4, 6, 7, 9].map((line) => `src/models/a.ts:${line}`),
    good: {
      'src/models/a.ts': `/** /api/v1/auth */\nexport const a = 1;\n/**\n * Two: a path like a/b.\n */\nexport function b(x: string): void;\nexport function b(x: number): void;\nexport function b() {}\n/** Five. */\nconst e = 1;\nexport { e };\nexport * from './f.js';\nconst inner = 1;\n`,
      'tests/a.test.ts': `export const a = 1;\n`,
    },
  },
  {
    rule: 'size',
    what: 'files that have outgrown their subject',
    bad: { 'src/models/a.ts': '\n'.repeat(251), 'features/auth/login.feature': '\n'.repeat(151) },
    at: ['features/auth/login.feature:151', 'src/models/a.ts:251'],
    good: { 'src/models/a.ts': '\n'.repeat(250), 'docs/a.md': '\n'.repeat(300) },
  },
  {
    rule: 'pending-test',
    what: 'tests that are skipped, focused or left for later',
    bad: {
      'tests/a.test.ts': `it.skip('a');\ndescribe.concurrent.only('b');\ntest.skipIf(x)('c');\nit('d', (ctx) => { ctx.skip(); });\nxit('e');\n`,
      'features/steps/a.ts': `Given('x', function () {\n  return 'pending';\n});\nThen('y', () => 'skipped');\n`,
      'features/auth/a.feature': `@auth @wip\nFeature: A\n  @Flaky\n  Scenario: B\n`,
    },
    at: [
      'features/auth/a.feature:1',
      'features/auth/a.feature:3',
      'features/steps/a.ts:2',
      'features/steps/a.ts:4',
      ...[1, 2, 3, 4, 5].map((line) => `tests/a.test.ts:${line}`),
    ],
    good: {
      'tests/a.test.ts': `it('skip', () => { list.skip(1); reader.only(); });\n`,
      'features/auth/a.feature': `@auth @slow @remote\nFeature: @wip is a word here\n`,
    },
  },
  {
    rule: 'suppression',
    what: 'silenced checks without a reason',
    bad: {
      'src/models/a.ts': [
        comment('eslint-disable-next-line no-console'),
        comment('@ts-expect-error'),
        comment(word('@ts-', 'nocheck because the types are wrong')),
        comment(word('c8', ' ignore next 3')),
        comment(word('prettier-', 'ignore')),
      ].join(''),
    },
    at: [1, 2, 3, 4, 5].map((line) => `src/models/a.ts:${line}`),
    good: {
      'src/models/a.ts': [
        comment('eslint-disable-next-line no-console -- the only line that an operator sees'),
        comment('@ts-expect-error koa types the context without state'),
        comment(word('prettier-', 'ignore -- a table, read by columns')),
      ].join(''),
    },
  },
  {
    rule: 'unfinished',
    what: 'markers of unfinished work',
    bad: { 'docs/a.md': `Good.\n${word('TO', 'DO')}: more\n`, 'src/a/b.ts': comment(word('FIX', 'ME later')) },
    at: ['docs/a.md:2', 'src/a/b.ts:1'],
    good: { 'docs/a.md': `A todo list is a list. ${word('TO', 'DOS')}\n` },
  },
  {
    rule: 'portable',
    what: 'paths and package hosts of one machine',
    bad: {
      'docs/a.md': `Look in ${word('/ho', 'me/ada/rollcall')}.\n`,
      'package-lock.json': `{\n${word('"resolved"', ': "https://packages.example.org/a.tgz"')}\n}\n`,
    },
    at: ['docs/a.md:1', 'package-lock.json:2'],
    good: {
      'docs/a.md': 'See https://example.org/home/page and .work/x.\n',
      'package-lock.json': '{ "integrity": "x" }\n',
    },
  },
  {
    rule: 'link',
    what: 'links that lead nowhere',
    bad: {
      'docs/a.md': `[b](b.md)\n[c](../src/gone.ts#L1)\n![d](d.png)\n[e](#part)\n[f](f.md#part-2)\n`,
      'docs/f.md': '# Part\n\n```sh\n# part 2\n```\n',
    },
    at: ['docs/a.md:1', 'docs/a.md:2', 'docs/a.md:3', 'docs/a.md:4', 'docs/a.md:5'],
    good: {
      'docs/a.md': `# Title\n[b](b.md#my-part-2) [again](b.md#my-part-2-1) [self](#title) [web](https://example.org) [folder](../docs/) [root](../)\n`,
      'docs/b.md': '## My `Part`, 2\n\n## My part 2\n',
    },
  },
];

describe('the rules of the house', () => {
  it.each(examples)('$rule: finds $what', ({ rule, bad, at }) => {
    expect(places(rule, bad)).toEqual(at);
  });

  it.each(examples)('$rule: is silent where there is no $what', ({ rule, good }) => {
    expect(places(rule, good)).toEqual([]);
  });

  it('has an example for each rule', () => {
    expect([...new Set(examples.map(({ rule }) => rule))].sort()).toEqual(textRules.map(({ name }) => name).sort());
  });

  it('gives the reason with each finding', () => {
    const findings = applyRules(projectOf({ 'src/models/a.ts': 'export const a = 1;\n' }), textRules);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.reason).toBe(textRules.find(({ name }) => name === 'doc-block')?.reason);
  });

  it('accepts a link to a file that holds no text', () => {
    expect(places('link', { 'docs/a.md': '![d](d.png)\n' }, ['docs/d.png'])).toEqual([]);
  });
});
