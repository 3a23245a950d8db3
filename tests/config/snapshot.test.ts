import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../src/config/snapshot.js';
import { makeDirectory } from './support.js';

/** File names, where something happens after the first file of a reading was read and before the second is. */
const namesWith = (between: () => void): readonly string[] => {
  const names = ['default.yaml', 'local.yaml'];
  return Object.defineProperty(names, 1, {
    get: () => {
      between();
      return 'local.yaml';
    },
  });
};

describe('a snapshot of the disk', () => {
  const makePair = (publish: number) => {
    const place = makeDirectory({ 'default.yaml': '0', 'local.yaml': '0' });
    let generation = 0;
    const layers = namesWith(() => {
      if (generation >= publish) return;
      generation += 1;
      for (const name of ['default.yaml', 'local.yaml']) {
        writeFileSync(place.path('next'), String(generation));
        renameSync(place.path('next'), place.path(name));
      }
    });
    const snapshot = takeSnapshot({ directory: place.directory, layers, mounts: [] });
    const texts = [...snapshot.layers.values()].map((state) =>
      state.kind === 'bytes' ? String(state.bytes) : state.kind,
    );
    return { snapshot, texts };
  };

  it('does not mix generations when files are replaced between two reads', () => {
    const { snapshot, texts } = makePair(1);
    expect(snapshot.isStable).toBe(true);
    expect(texts).toEqual(['1', '1']);
  });

  it('says so when the files never come to rest, and does not try for ever', () => {
    expect(makePair(Infinity).snapshot.isStable).toBe(false);
  });
});
