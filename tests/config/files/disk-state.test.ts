import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDisk } from '../../../src/config/files/disk-state.js';
import { makeDirectory } from '../support.js';

/** File names with a hook between the first and the second file of a read. */
const namesWith = (between: () => void): readonly string[] => {
  const names = ['default.yaml', 'local.yaml'];
  return Object.defineProperty(names, 1, {
    get: () => {
      between();
      return 'local.yaml';
    },
  });
};

describe('reading the disk', () => {
  const makePair = (publish: number) => {
    const place = makeDirectory({ 'default.yaml': '0', 'local.yaml': '0' });
    let snapshot = 0;
    const layers = namesWith(() => {
      if (snapshot >= publish) return;
      snapshot += 1;
      for (const name of ['default.yaml', 'local.yaml']) {
        writeFileSync(place.path('next'), String(snapshot));
        renameSync(place.path('next'), place.path(name));
      }
    });
    const disk = readDisk({ directory: place.directory, layers, mounts: [] });
    const texts = [...disk.layers.values()].map((state) => (state.kind === 'bytes' ? String(state.bytes) : state.kind));
    return { disk, texts };
  };

  it('does not mix versions if files are replaced between two reads', () => {
    const { disk, texts } = makePair(1);
    expect(disk.isStable).toBe(true);
    expect(texts).toEqual(['1', '1']);
  });

  it('is unstable if the files keep changing', () => {
    expect(makePair(Infinity).disk.isStable).toBe(false);
  });
});
