import { judgeFile, type Layer } from './judge.js';
import type { FileState } from './read-file.js';
import { judgeTemplateFile, templateFolder } from './template-files.js';

/**
 * Judges files and remembers, for each name, what the last bytes came to: most files of a reload are the same as before, and
 * parsing is what a reload costs.
 */
export class JudgedFiles {
  readonly #last = new Map<string, { readonly bytes: Buffer; readonly layer: Layer }>();

  /** What a file states, and what is wrong with it. */
  judge(name: string, state: FileState): Layer {
    const known = this.#last.get(name);
    if (state.kind === 'bytes' && known?.bytes.equals(state.bytes) === true) return known.layer;
    const isTemplate = name === templateFolder || name.startsWith(`${templateFolder}/`);
    const layer = isTemplate ? judgeTemplateFile(name, state) : judgeFile(name, state);
    if (state.kind === 'bytes') this.#last.set(name, { bytes: state.bytes, layer });
    else this.#last.delete(name);
    return layer;
  }
}
