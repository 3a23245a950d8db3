import { describe, expect, it } from 'vitest';
import { findProblems } from '../../../scripts/packages/find-problems.js';

const manifest = {
  name: 'example',
  version: '1.0.0',
  description: 'An example.',
  license: 'MIT',
  engines: { node: '>=20.19' },
  exports: { '.': { require: './cjs/index.js', default: './src/index.js' } },
  dependencies: { pg: '8.0.0' },
};

const complete = {
  'package.json': JSON.stringify(manifest),
  'README.md': '# example',
  LICENSE: 'MIT',
  'src/index.js': `import pg from 'pg';\nimport { readFile } from 'node:fs';\nexport * from './other.js';\n`,
  'src/index.d.ts': `export * from './other.js';\n`,
  'src/other.js': 'export {};\n',
  'src/other.d.ts': 'export {};\n',
  'cjs/package.json': '{ "type": "commonjs" }',
  'cjs/index.js': `const pg = require("pg");\n`,
  'cjs/index.d.ts': 'export {};\n',
};

const problemsOf = (changes: Readonly<Record<string, string | undefined>>): string[] =>
  findProblems(
    new Map(Object.entries({ ...complete, ...changes }).filter((entry): entry is [string, string] => !!entry[1])),
    '/opt/project',
  );

describe('findProblems', () => {
  it('finds none in a complete package', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    ['an empty package', { 'src/index.js': undefined, 'src/index.d.ts': undefined }, './src/index.js is missing'],
    ['missing CommonJS', { 'cjs/index.js': undefined }, './cjs/index.js is missing'],
    ['missing types', { 'src/index.d.ts': undefined }, './src/index.js has no types'],
    ['a missing licence', { LICENSE: undefined }, 'LICENSE is missing'],
    ['a missing README', { 'README.md': undefined }, 'README.md is missing'],
    ['a source map', { 'src/index.js.map': '{}' }, 'src/index.js.map must not be published'],
    ['a source', { 'src/index.ts': 'export {};' }, 'src/index.ts must not be published'],
    ['a test', { 'tests/index.test.js': 'export {};' }, 'tests/index.test.js must not be published'],
    [
      'a reference to a source map',
      { 'src/other.js': 'export {};\n//# sourceMappingURL=other.js.map\n' },
      'src/other.js refers to a source map',
    ],
    [
      'an absolute path',
      { 'src/other.js': `const root = '/opt/project/src';` },
      'src/other.js contains the path of the project',
    ],
    ['a missing module', { 'src/other.js': undefined }, 'src/index.js imports ./other.js, which is missing'],
    [
      'missing types of a module',
      { 'src/other.d.ts': undefined },
      'src/index.d.ts imports ./other.js, which is missing',
    ],
    [
      'a package that is not a dependency',
      { 'src/other.js': `import knex from 'knex';` },
      'src/other.js imports knex, which is not a dependency',
    ],
    [
      'a package that CommonJS requires',
      { 'cjs/index.js': `const knex = require("knex/lib");` },
      'cjs/index.js imports knex/lib, which is not a dependency',
    ],
    [
      'no engines',
      { 'package.json': JSON.stringify({ ...manifest, engines: {} }) },
      'package.json has no engines.node',
    ],
    [
      'no licence',
      { 'package.json': JSON.stringify({ ...manifest, license: undefined }) },
      'package.json has no license',
    ],
    [
      'a private package',
      { 'package.json': JSON.stringify({ ...manifest, private: true }) },
      'package.json is private',
    ],
  ])('finds %s', (_, changes, problem) => {
    expect(problemsOf(changes)).toContain(problem);
  });
});
