import type { Rule } from '../rule.js';
import { brokenLink } from './broken-link.js';
import { docComment } from './doc-comment.js';
import { fileSize } from './file-size.js';
import { folderSize } from './folder-size.js';
import { importCycle } from './import-cycle.js';
import { importDirection } from './import-direction.js';
import { internalImport } from './internal-import.js';
import { moduleState } from './module-state.js';
import { restrictedImport } from './restricted-import.js';
import { skippedTest } from './skipped-test.js';
import { staleReference } from './stale-reference.js';
import { localPath, todoComment, unexplainedSuppression } from './source-text.js';

/** The rules that need only the files of the project. */
export const fileRules: readonly Rule[] = [
  importDirection,
  importCycle,
  restrictedImport,
  internalImport,
  moduleState,
  docComment,
  fileSize,
  folderSize,
  skippedTest,
  unexplainedSuppression,
  todoComment,
  localPath,
  brokenLink,
  staleReference,
];
