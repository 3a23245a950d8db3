import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { IrreversibleCalls } from '../../features/support/guards/calls/irreversible-calls.js';
import { LibraryState } from '../../features/support/guards/state/library-state.js';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const require = createRequire(import.meta.url);

describe('a call that cannot be undone', () => {
  it('is an error of the step', () => {
    const [shared, own] = [{}, {}];
    const calls = new IrreversibleCalls(root, (target) => target === shared);
    calls.install();
    try {
      const filename = `${root}/features/steps/x.ts`;
      const step = runInThisContext('(target) => Object.freeze(target)', { filename }) as (target: object) => object;
      expect(() => step(shared)).toThrow(/a step called Object\.freeze\(\) at features\/steps\/x\.ts:1/);
      expect(Object.isFrozen(step(own))).toBe(true);
      expect(Object.isFrozen(shared)).toBe(false);
      expect(calls.end()).toHaveLength(1);
    } finally {
      calls.uninstall();
    }
  });
});

describe('the state of libraries', () => {
  it('is restored: parsers of types, and entries of the module cache', () => {
    const { types } = require('pg') as typeof pg;
    const state = new LibraryState(root);
    const parser = types.getTypeParser(25, 'text') as unknown;
    const path = require.resolve('pg');
    const entry = require.cache[path];
    types.setTypeParser(25, () => 'changed');
    Reflect.deleteProperty(require.cache, path);
    require.cache['/new.js'] = { exports: 1 } as unknown as NodeJS.Module;
    expect(state.restore().map(({ what }) => what)).toEqual([
      'a changed parser of pg.types for TEXT (OID 25, text)',
      `a changed entry of require.cache, ${path}`,
      'a new entry of require.cache, /new.js',
    ]);
    expect(types.getTypeParser(25, 'text')).toBe(parser);
    expect(require.cache[path]).toBe(entry);
    expect(state.restore()).toEqual([]);
  });
});
