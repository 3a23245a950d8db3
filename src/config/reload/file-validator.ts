import { validateFile, type Layer } from './validate.js';
import type { FileState } from '../files/read-file.js';
import { validateTemplateFile, templateFolder } from '../files/template-files.js';

/**
 * Validates files and remembers, for each name, what the last bytes came to: most files of a reload are the same as before, and
 * parsing is what a reload costs.
 */
export class FileValidator {
  readonly #last = new Map<string, { readonly bytes: Buffer; readonly layer: Layer }>();

  /** What a file states, and what is wrong with it. */
  validate(name: string, state: FileState): Layer {
    const known = this.#last.get(name);
    if (state.kind === 'bytes' && known?.bytes.equals(state.bytes) === true) return known.layer;
    const isTemplate = name === templateFolder || name.startsWith(`${templateFolder}/`);
    const layer = isTemplate ? validateTemplateFile(name, state) : validateFile(name, state);
    if (state.kind === 'bytes') this.#last.set(name, { bytes: state.bytes, layer });
    else this.#last.delete(name);
    return layer;
  }
}
