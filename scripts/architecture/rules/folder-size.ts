import { posix } from 'node:path';
import type { Rule } from '../rule.js';

const maxFiles = 35;
/** Every schema change adds a migration, and knex reads them from one folder. */
const unlimited: ReadonlySet<string> = new Set(['migrations']);

/** At most 35 files in a folder; subfolders are counted separately. */
export const folderSize: Rule = {
  name: 'folder-size',
  reason: 'A large folder needs subfolders, named after the stages of its data flow.',
  check: ({ files }) => {
    const counts = new Map<string, number>();
    for (const { path } of files) {
      const folder = posix.dirname(path);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    return [...counts].flatMap(([folder, count]) =>
      count > maxFiles && !unlimited.has(folder)
        ? [{ file: folder, line: 1, message: `${count} files, at most ${maxFiles} are allowed` }]
        : [],
    );
  },
};
