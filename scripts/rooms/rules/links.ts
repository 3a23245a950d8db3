import { posix } from 'node:path';
import type { Rule } from '../finding.js';
import { lineAt, type Project, type ProjectFile } from '../project.js';

/** Inline links and images of Markdown; a title after the target is left out. */
const link = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const elsewhere = /^(?:[a-z][a-z0-9+.-]*:|#)/i;

const isBroken = ({ paths }: Project, { path }: ProjectFile, target: string): boolean => {
  if (elsewhere.test(target)) return false;
  const meant = posix.join(posix.dirname(path), decodeURI(target.replace(/[#?].*$/, ''))).replace(/\/$/, '');
  return meant !== '.' && !paths.has(meant);
};

/** Every relative link of a page leads to a file of the project. */
export const links: Rule = {
  name: 'link',
  reason: 'a page that points at nothing costs its reader more than no page',
  check: (project) =>
    project.files
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap((file) =>
        [...file.text.matchAll(link)]
          .filter(([, target = '']) => isBroken(project, file, target))
          .map((found) => ({
            file: file.path,
            line: lineAt(file.text, found.index),
            message: `${found[1] ?? ''} does not exist`,
          })),
      ),
};
