import type { Rule } from '../finding.js';
import { docBlocks } from './doc-blocks.js';
import { importDirection } from './import-direction.js';
import { portable, suppressions, unfinished } from './leftovers.js';
import { links } from './links.js';
import { moduleState } from './module-state.js';
import { oneDoor } from './one-door.js';
import { pendingTests } from './pending-tests.js';
import { size } from './size.js';

/** The rules that read the project's texts. */
export const textRules: readonly Rule[] = [
  importDirection,
  oneDoor,
  moduleState,
  docBlocks,
  size,
  pendingTests,
  suppressions,
  unfinished,
  portable,
  links,
];
