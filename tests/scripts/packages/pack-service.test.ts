import { describe, expect, it } from 'vitest';
import { findServiceProblems } from '../../../scripts/packages/pack-service.js';

const complete = [
  'dist/src/main.js',
  'dist/src/testing/index.js',
  'dist/src/testing/index.d.ts',
  'dist/src/testing/types.d.ts',
  'dist/src/config/issue.d.ts',
  'dist/console/index.html',
  'config/default.yaml',
  'README.md',
  'LICENSE',
  'package.json',
];

describe('findServiceProblems', () => {
  it('accepts a complete tarball', () => {
    expect(findServiceProblems(complete)).toEqual([]);
  });

  it('names what is missing and what must not be published', () => {
    const paths = [...complete.slice(1), 'dist/src/app.js.map', 'config/local.yaml', 'src/app.ts'];
    expect(findServiceProblems(paths)).toEqual([
      'dist/src/main.js is missing',
      'dist/src/app.js.map must not be published',
      'config/local.yaml must not be published',
      'src/app.ts must not be published',
    ]);
  });
});
