import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readFileState, type FileState } from './read-file.js';
import { listTemplates, readTemplate, templateFolder } from './template-files.js';

/** Everything that a load reads from disk, taken at one moment. */
export interface DiskState {
  /** Layers by file name, weakest first, absent ones included. */
  readonly layers: ReadonlyMap<string, FileState>;
  /** Templates of mails that exist, by their path within the directory. */
  readonly templates: ReadonlyMap<string, FileState>;
  /** Mounted secrets by path. */
  readonly mounts: ReadonlyMap<string, FileState>;
  /** Equal when everything read is equal byte for byte. */
  readonly digest: string;
  /** False when the files kept changing while they were read. */
  readonly isStable: boolean;
}

/** What to read. */
export interface DiskSources {
  readonly directory: string;
  readonly layers: readonly string[];
  readonly mounts: readonly string[];
}

type Reading = Omit<DiskState, 'isStable'>;

const readOnce = ({ directory, layers, mounts }: DiskSources): Reading => {
  const hash = createHash('sha256');
  const take = (name: string, state: FileState): [string, FileState] => {
    const content = state.kind === 'bytes' ? state.bytes : Buffer.from(state.kind === 'issue' ? state.code : '');
    hash.update(JSON.stringify([name, state.kind, content.length])).update(content);
    return [name, state];
  };
  const read = (name: string, path: string): [string, FileState] => take(name, readFileState(path));
  const layerStates = new Map(layers.map((name) => read(name, join(directory, name))));
  const listed = listTemplates(directory);
  const templateStates = new Map(
    'kind' in listed ? [take(templateFolder, listed)] : listed.map((name) => take(name, readTemplate(directory, name))),
  );
  const mountStates = new Map(mounts.map((path) => read(path, path)));
  return { layers: layerStates, templates: templateStates, mounts: mountStates, digest: hash.digest('hex') };
};

const attempts = 5;

/**
 * Reads all sources until two readings in a row agree, so that files of two snapshots never mix: between two equal
 * readings no file was replaced, which also holds for the symlink swap of a mounted ConfigMap.
 */
export const readDisk = (sources: DiskSources): DiskState => {
  let previous = readOnce(sources);
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    const next = readOnce(sources);
    if (next.digest === previous.digest) return { ...next, isStable: true };
    previous = next;
  }
  return { ...previous, isStable: false };
};
