import type { Example } from './example.js';
import { importDirectionExamples } from './import-direction-examples.js';

/** A line comment, composed so that the checks of this repository do not find it in this file. */
const comment = (text: string): string => ['/', '/ ', text, '\n'].join('');
const join = (...parts: string[]): string => parts.join('');

/** Empty text files in one folder. */
const files = (folder: string, count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/${index}.ts`, '']));

/** At least one example for each rule. */
export const examples: readonly Example[] = [
  ...importDirectionExamples,
  {
    rule: 'restricted-import',
    violation: 'an import of a package by another than its allowed importer',
    invalid: {
      'src/handlers/auth/login.ts': `import { hash } from 'bcrypt';\nimport type { Knex } from 'knex';\nimport 'yaml/util';\n`,
    },
    findings: ['src/handlers/auth/login.ts:1', 'src/handlers/auth/login.ts:2', 'src/handlers/auth/login.ts:3'],
    valid: {
      'src/security/password.ts': `import { hash } from 'bcrypt';\n`,
      'src/models/user.ts': `import { Model } from 'objection';\n`,
      'tests/security/password.test.ts': `import { hash } from 'bcrypt';\n`,
    },
  },
  {
    rule: 'internal-import',
    violation: 'internal files of packages',
    invalid: {
      'src/cache/a.ts': `import 'keyv/dist/index.js';\ncreateRequire(import.meta.url)('knex/lib/client.js');\n`,
      'src/cache/b.ts': `import '../../node_modules/keyv/dist/index.js';\n`,
      'tests/a.test.ts': `require.resolve('@scope/name/lib/a.js');\ncreateRequire(import.meta.url).resolve('knex/lib/a');\n`,
    },
    findings: ['src/cache/a.ts:1', 'src/cache/a.ts:2', 'src/cache/b.ts:1', 'tests/a.test.ts:1', 'tests/a.test.ts:2'],
    valid: {
      'src/cache/a.ts': `import 'node:fs/promises';\nimport 'keyv';\nimport '@opentelemetry/api';\nimport './lib/a.js';\n`,
      'vitest.config.ts': `import 'vitest/config';\n`,
    },
  },
  {
    rule: 'import-cycle',
    violation: 'files that import each other',
    invalid: {
      'src/cache/a.ts': `import './b.js';\n`,
      'src/cache/b.ts': `import 'keyv';\nimport type { C } from './c.js';\n`,
      'src/cache/c.ts': `void import('./a.js');\n`,
      'src/limits/d.ts': `import './d.js';\n`,
    },
    findings: ['src/cache/a.ts:1', 'src/limits/d.ts:1'],
    valid: {
      'src/cache/a.ts': `import './b.js';\nimport './c.js';\n`,
      'src/cache/b.ts': `import './c.js';\n`,
      'src/cache/c.ts': `export {};\n`,
    },
  },
  {
    rule: 'folder-size',
    violation: 'folders with too many files',
    invalid: files('src/cache', 36),
    findings: ['src/cache:1'],
    valid: { ...files('src/cache', 35), ...files('src/cache/stores', 35), ...files('migrations', 36) },
  },
  {
    rule: 'module-state',
    violation: 'variables and collections at module level',
    invalid: {
      'src/cache/a.ts': `let count = 0;\nconst seen = new Map<string, number>();\nconst list: string[] = [];\nexport const emitter = new EventEmitter();\nvar x;\n`,
    },
    findings: [1, 2, 3, 4, 5].map((line) => `src/cache/a.ts:${line}`),
    valid: {
      'src/cache/a.ts': `const names: ReadonlySet<string> = new Set(['a']);\nconst none: readonly string[] = [];\nconst pattern = new RegExp('a');\nconst list = ['a'];\nconst f = () => { let count = 0; const m = new Map(); return count + m.size; };\ndeclare let other: string;\n`,
      'scripts/a.ts': `let count = 0;\n`,
    },
  },
  {
    rule: 'module-state',
    violation: 'static fields that change',
    invalid: { 'src/models/a.ts': `class A {\n  static count = 0;\n  static readonly seen = new Set();\n}\n` },
    findings: ['src/models/a.ts:2', 'src/models/a.ts:3'],
    valid: {
      'src/models/a.ts': `class A {\n  static readonly tableName = 'a';\n  count = 0;\n  seen = new Set();\n}\n`,
    },
  },
  {
    rule: 'doc-comment',
    violation: 'exports without a doc comment',
    invalid: {
      'src/models/a.ts': `export const a = 1;\n${comment('Not a doc comment.')}export function b() {}\nexport class C {}\n/** */\nexport type D = 1;\nconst e = 1;\nexport { e };\nexport default 1;\n`,
    },
    findings: [1, 3, 4, 6, 7, 9].map((line) => `src/models/a.ts:${line}`),
    valid: {
      'src/models/a.ts': `/** /api/v1/auth */\nexport const a = 1;\n/**\n * Two: a path like a/b.\n */\nexport function b(x: string): void;\nexport function b(x: number): void;\nexport function b() {}\n/** Five. */\nconst e = 1;\nexport { e };\nexport * from './f.js';\nconst inner = 1;\n`,
      'tests/a.test.ts': `export const a = 1;\n`,
    },
  },
  {
    rule: 'file-size',
    violation: 'files that are too long',
    invalid: { 'src/models/a.ts': '\n'.repeat(251), 'features/auth/login.feature': '\n'.repeat(151) },
    findings: ['features/auth/login.feature:151', 'src/models/a.ts:251'],
    valid: { 'src/models/a.ts': '\n'.repeat(250), 'docs/a.md': '\n'.repeat(300) },
  },
  {
    rule: 'skipped-test',
    violation: 'tests that are skipped, focused or pending',
    invalid: {
      'tests/a.test.ts': `it.skip('a');\ndescribe.concurrent.only('b');\ntest.skipIf(x)('c');\nit('d', (ctx) => { ctx.skip(); });\nxit('e');\n`,
      'features/steps/a.ts': `Given('x', function () {\n  return 'pending';\n});\nThen('y', () => 'skipped');\n`,
      'features/auth/a.feature': `@auth @wip\nFeature: A\n  @Flaky\n  Scenario: B\n`,
    },
    findings: [
      'features/auth/a.feature:1',
      'features/auth/a.feature:3',
      'features/steps/a.ts:2',
      'features/steps/a.ts:4',
      ...[1, 2, 3, 4, 5].map((line) => `tests/a.test.ts:${line}`),
    ],
    valid: {
      'tests/a.test.ts': `it('skip', () => { list.skip(1); reader.only(); });\n`,
      'features/auth/a.feature': `@auth @slow @remote\nFeature: @wip is a word here\n`,
    },
  },
  {
    rule: 'unexplained-suppression',
    violation: 'suppressed checks without a reason',
    invalid: {
      'src/models/a.ts': [
        comment('eslint-disable-next-line no-console'),
        comment('@ts-expect-error'),
        comment(join('@ts-', 'nocheck because the types are wrong')),
        comment(join('c8', ' ignore next 3')),
        comment(join('prettier-', 'ignore')),
      ].join(''),
    },
    findings: [1, 2, 3, 4, 5].map((line) => `src/models/a.ts:${line}`),
    valid: {
      'src/models/a.ts': [
        comment('eslint-disable-next-line no-console -- the only output for an operator'),
        comment('@ts-expect-error koa types the context without state'),
        comment(join('prettier-', 'ignore -- a table, read by columns')),
      ].join(''),
    },
  },
  {
    rule: 'todo-comment',
    violation: 'comments about unfinished work',
    invalid: { 'docs/a.md': `Good.\n${join('TO', 'DO')}: more\n`, 'src/a/b.ts': comment(join('FIX', 'ME later')) },
    findings: ['docs/a.md:2', 'src/a/b.ts:1'],
    valid: { 'docs/a.md': `A todo list is a list. ${join('TO', 'DOS')}\n` },
  },
  {
    rule: 'local-path',
    violation: 'paths of one machine and package registries',
    invalid: {
      'docs/a.md': `Look in ${join('/ho', 'me/ada/rollcall')}.\n`,
      'package-lock.json': `{\n${join('"resolved"', ': "https://packages.example.org/a.tgz"')}\n}\n`,
    },
    findings: ['docs/a.md:1', 'package-lock.json:2'],
    valid: {
      'docs/a.md': 'See https://example.org/home/page and .work/x.\n',
      'package-lock.json': '{ "integrity": "x" }\n',
    },
  },
  {
    rule: 'broken-link',
    violation: 'links to files or headings that do not exist',
    invalid: {
      'docs/a.md': `[b](b.md)\n[c](../src/gone.ts#L1)\n![d](d.png)\n[e](#part)\n[f](f.md#part-2)\n`,
      'docs/f.md': '# Part\n\n```sh\n# part 2\n```\n',
    },
    findings: ['docs/a.md:1', 'docs/a.md:2', 'docs/a.md:3', 'docs/a.md:4', 'docs/a.md:5'],
    valid: {
      'docs/a.md': `# Title\n[b](b.md#my-part-2) [again](b.md#my-part-2-1) [self](#title) [web](https://example.org) [folder](../docs/) [root](../)\n`,
      'docs/b.md': '## My `Part`, 2\n\n## My part 2\n',
    },
  },
  {
    rule: 'stale-reference',
    violation: 'a path, a file or a symbol that does not exist',
    invalid: {
      'docs/a.md': 'See `src/b.ts`,\n`c.ts`,\n`Session.end` and\n`endAll()`.\n',
      'scripts/a.ts': '/** See {@link removed\u0041}. */\nconst session = 1;\n',
    },
    findings: ['docs/a.md:1', 'docs/a.md:2', 'docs/a.md:3', 'docs/a.md:4', 'scripts/a.ts:1'],
    valid: {
      'docs/a.md': 'See `scripts/`, `scripts/a.ts`, `a.ts`, `Session.end`, `end()`, `a <b>` and `word`.\n',
      'scripts/a.ts': '/** See {@link Session.end}. */\nclass Session {\n  end() {}\n}\n',
      'CHANGELOG.md': 'Was `oldName()`.\n',
    },
  },
];
