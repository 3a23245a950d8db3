import { describe, expect, it } from 'vitest';
import { applyFault, faultsIn } from '../../../scripts/mutation/fault.js';

const faultOf = (text: string) => ({ file: 'src/a.ts', text, replacement: 'false', tests: [] });

describe('applyFault', () => {
  it('replaces the text', () => {
    expect(applyFault('if (a < b) return;', faultOf('a < b'))).toBe('if (false) return;');
  });

  it('rejects a fault whose text occurs nowhere or more than once', () => {
    expect(() => applyFault('a', faultOf('b'))).toThrow('src/a.ts: the text of a fault occurs nowhere: b');
    expect(() => applyFault('b b', faultOf('b'))).toThrow('occurs more than once: b');
  });
});

describe('faultsIn', () => {
  it('gives each edit the file and the tests', () => {
    expect(faultsIn('src/a.ts', ['t'], [['a', 'b']])).toEqual([
      { file: 'src/a.ts', text: 'a', replacement: 'b', tests: ['t'] },
    ]);
  });
});
