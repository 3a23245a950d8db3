import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import type { ProcessLeak } from '../leak.js';

const cure = 'It was restored. Restore it in the step, or in an After hook.';

/** Upper bound of the OIDs of built-in types. */
const maxBuiltInType = 4_200;

interface TypeModule {
  readonly builtins: Readonly<Record<string, number>>;
  getTypeParser(oid: number, format: 'text' | 'binary'): unknown;
  setTypeParser(oid: number, format: 'text' | 'binary', parser: unknown): void;
}

/** The exports of a module; the loader of TypeScript computes those of its modules whenever they are read. */
export const exportsOf = (module: NodeJS.Module | undefined): unknown =>
  module === undefined ? undefined : Object.getOwnPropertyDescriptor(module, 'exports')?.value;

/** Library state that is not a property of their exports: the module cache, and how `pg` parses types. */
export class LibraryState {
  readonly #cache: NodeJS.Dict<NodeJS.Module>;
  readonly #modules: Map<string, { readonly module: NodeJS.Module | undefined; readonly exports: unknown }>;
  readonly #types: TypeModule | undefined;
  readonly #parsers: readonly (readonly [oid: number, format: 'text' | 'binary', parser: unknown])[];

  /** @param root the directory of the project */
  constructor(root: string) {
    const require = createRequire(join(root, 'package.json'));
    this.#cache = require.cache;
    this.#modules = new Map(
      Object.entries(this.#cache).map(([path, module]) => [path, { module, exports: exportsOf(module) }]),
    );
    this.#types = (require('pg') as { readonly types?: TypeModule }).types;
    this.#parsers = Array.from({ length: maxBuiltInType }, (_, oid) =>
      (['text', 'binary'] as const).map((format) => [oid, format, this.#types?.getTypeParser(oid, format)] as const),
    ).flat();
  }

  /** Puts back what has changed, and names it. */
  restore(): ProcessLeak[] {
    return [...this.#restoreParsers(), ...this.#restoreCache()].map((what) => ({ what, cure }));
  }

  #restoreParsers(): string[] {
    const types = this.#types;
    if (types === undefined) return [];
    return this.#parsers
      .filter(([oid, format, parser]) => types.getTypeParser(oid, format) !== parser)
      .map(([oid, format, parser]) => {
        types.setTypeParser(oid, format, parser);
        const [name = 'an unnamed type'] = Object.entries(types.builtins).find(([, value]) => value === oid) ?? [];
        return `a changed parser of pg.types for ${name} (OID ${String(oid)}, ${format})`;
      });
  }

  #restoreCache(): string[] {
    const changed: string[] = [];
    for (const [path, { module, exports }] of this.#modules) {
      if (this.#cache[path] !== module) {
        this.#cache[path] = module;
        changed.push(`a changed entry of require.cache, ${path}`);
      }
      if (module !== undefined && exports !== undefined && exportsOf(module) !== exports) {
        module.exports = exports;
        changed.push(`replaced exports in require.cache, ${path}`);
      }
    }
    for (const path of Object.keys(this.#cache)) {
      if (this.#modules.has(path)) continue;
      const module = this.#cache[path];
      if (module instanceof Module) {
        // A library that was loaded on first use.
        this.#modules.set(path, { module, exports: exportsOf(module) });
      } else {
        Reflect.deleteProperty(this.#cache, path);
        changed.push(`a new entry of require.cache, ${path}`);
      }
    }
    return changed;
  }
}
