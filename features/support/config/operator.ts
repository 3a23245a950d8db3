import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Config } from '../../../src/config/config.js';
import { isTree, sectionOf, type Tree } from '../../../src/testing/config-tree.js';
import { waitUntil } from '../wait-until.js';

/** Options for `Operator`. */
export interface OperatorOptions {
  /** The configuration of the running app. */
  readonly config: () => Promise<Config>;
  readonly directory: string;
  /** Called with each key that a scenario sets. */
  readonly onKeySet: (key: string) => void;
  /** Called with each key that a scenario has changed, once the change is active. */
  readonly onKeyChanged: (key: string) => void;
}

/** Maximum time until a change is active, in milliseconds. */
const timeoutMs = 10_000;

const setKey = (tree: Tree, key: string, value: unknown): void => {
  const { section, name } = sectionOf(tree, key);
  section[name] = value;
};

const flatten = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    isTree(value) ? flatten(value, `${path}${name}.`) : [[`${path}${name}`, JSON.stringify(value)]],
  );

/** The keys that a YAML document sets, in dot notation, with their values; empty if it is not a document. */
const valuesOf = (yaml: string): ReadonlyMap<string, string> => {
  try {
    const document: unknown = parse(yaml, { logLevel: 'error' });
    return new Map(isTree(document) ? flatten(document) : []);
  } catch {
    return new Map();
  }
};

/** The keys that a YAML document sets, in dot notation; empty if it is not a document. */
export const keysOf = (yaml: string): string[] => [...valuesOf(yaml).keys()];

/** The keys whose values differ between two documents. */
const changedBetween = (before: string, after: string): string[] => {
  const [old, current] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...old.keys(), ...current.keys()])].filter((key) => old.get(key) !== current.get(key));
};

/** The operator of a scenario: edits files in the watched directory of the running app, and waits for the result. */
export class Operator {
  #revisionBefore = 0;
  #errorBefore: unknown = null;
  #edited: readonly string[] = [];

  constructor(private readonly options: OperatorOptions) {}

  /**
   * Sets a key in local.yaml; resolves when the service reports the new revision.
   * @throws Error if the change does not become active
   */
  set(key: string, value: unknown): Promise<void> {
    return this.setAll({ [key]: value });
  }

  /** Sets several keys in one edit; see `set`. */
  async setAll(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.options.config();
    const tree = this.#localSettings();
    for (const [key, value] of Object.entries(values)) setKey(tree, key, value);
    await this.write('local.yaml', stringify(tree));
    await this.waitForRevision();
  }

  /** Writes a file in the directory, and does not wait for the result. */
  async write(fileName: string, text: string | Buffer): Promise<void> {
    await this.#remember();
    if (typeof text === 'string') {
      for (const key of keysOf(text)) this.options.onKeySet(key);
      this.#edited = changedBetween(this.#readIfThere(fileName), text);
    }
    writeFileSync(join(this.options.directory, fileName), text);
  }

  /** Removes a file of the directory, and does not wait for the result. */
  async remove(fileName: string): Promise<void> {
    await this.#remember();
    rmSync(join(this.options.directory, fileName), { recursive: true, force: true });
  }

  /** A file of the directory. */
  read(fileName: string): string {
    return readFileSync(join(this.options.directory, fileName), 'utf8');
  }

  /** Resolves when a revision is active: the given one, or the next one after the last edit. */
  async waitForRevision(revision?: number): Promise<void> {
    const config = await this.options.config();
    const expected = revision ?? this.#revisionBefore + 1;
    await waitUntil(
      `revision ${String(expected)} is active`,
      () => config.status.snapshotNumber >= expected,
      timeoutMs,
    );
    await config.ensureNumbered();
    for (const key of this.#edited) this.options.onKeyChanged(key);
  }

  /** Resolves when the service has rejected the last edit. */
  async waitForRejection(): Promise<void> {
    const config = await this.options.config();
    await waitUntil(
      'the service rejects the files',
      () => config.status.lastError !== null && config.status.lastError !== this.#errorBefore,
      timeoutMs,
    );
  }

  /** The state before an edit, from which its result can be distinguished. */
  async #remember(): Promise<void> {
    const { status } = await this.options.config();
    this.#revisionBefore = status.snapshotNumber;
    this.#errorBefore = status.lastError;
    this.#edited = [];
  }

  /** Empty if there is no such file, or if it is a directory. */
  #readIfThere(fileName: string): string {
    try {
      return this.read(fileName);
    } catch {
      return '';
    }
  }

  #localSettings(): Tree {
    try {
      const document: unknown = parse(this.read('local.yaml'), { logLevel: 'error' });
      return isTree(document) ? document : {};
    } catch {
      // The file may contain invalid YAML.
      return {};
    }
  }
}
