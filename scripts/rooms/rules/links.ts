import GithubSlugger from 'github-slugger';
import { posix } from 'node:path';
import type { Rule } from '../finding.js';
import { lineAt, type Project, type ProjectFile } from '../project.js';

/** Inline links and images of Markdown; a title after the target is left out. */
const link = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const external = /^[a-z][a-z0-9+.-]*:/i;
const codeBlock = /^(?:```|~~~)[\s\S]*?^(?:```|~~~)/gm;

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (markdown: string): ReadonlySet<string> => {
  const slugger = new GithubSlugger();
  const headings = markdown.replace(codeBlock, '').matchAll(/^#{1,6} (.+?)#*$/gm);
  return new Set([...headings].map(([, heading = '']) => slugger.slug(heading.replaceAll(link, ']').trim())));
};

const problemOf = ({ paths, files }: Project, page: ProjectFile, target: string): string | undefined => {
  if (external.test(target)) return undefined;
  const [relative = '', anchor] = target.split('#');
  const joined = posix.join(posix.dirname(page.path), decodeURI(relative.replace(/\?.*$/, ''))).replace(/\/$/, '');
  const path = relative === '' ? page.path : joined;
  if (path !== '.' && !paths.has(path)) return `${target} does not exist`;
  const linked = path.endsWith('.md') ? files.find((file) => file.path === path) : undefined;
  if (!linked || anchor === undefined || anchorsOf(linked.text).has(decodeURI(anchor))) return undefined;
  return `${target}: ${path} does not have this heading`;
};

/** Every relative link of a page leads to a file of the project, and to a heading that exists. */
export const links: Rule = {
  name: 'link',
  reason: 'a broken link costs readers their time',
  check: (project) =>
    project.files
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap((file) =>
        [...file.text.matchAll(link)].flatMap((found) => {
          const message = problemOf(project, file, found[1] ?? '');
          return message === undefined ? [] : [{ file: file.path, line: lineAt(file.text, found.index), message }];
        }),
      ),
};
