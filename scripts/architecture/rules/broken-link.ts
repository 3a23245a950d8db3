import GithubSlugger from 'github-slugger';
import { posix } from 'node:path';
import { lineAt, type Project, type TextFile } from '../project.js';
import type { Rule } from '../rule.js';

/** Inline links and images, without the title after the target. */
const link = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const external = /^[a-z][a-z0-9+.-]*:/i;
const codeBlock = /^(?:```|~~~)[\s\S]*?^(?:```|~~~)/gm;

/** The anchors that GitHub generates for the headings of a page. */
const anchorsOf = (markdown: string): ReadonlySet<string> => {
  const slugger = new GithubSlugger();
  const headings = markdown.replace(codeBlock, '').matchAll(/^#{1,6} (.+?)#*$/gm);
  return new Set([...headings].map(([, heading = '']) => slugger.slug(heading.replaceAll(link, ']').trim())));
};

const validateLink = ({ paths, files }: Project, page: TextFile, target: string): string | undefined => {
  if (external.test(target)) return undefined;
  const [relative = '', anchor] = target.split('#');
  const joined = posix.join(posix.dirname(page.path), decodeURI(relative.replace(/\?.*$/, ''))).replace(/\/$/, '');
  const path = relative === '' ? page.path : joined;
  if (path !== '.' && !paths.has(path)) return `${target} does not exist`;
  const linked = path.endsWith('.md') ? files.find((file) => file.path === path) : undefined;
  if (!linked || anchor === undefined || anchorsOf(linked.text).has(decodeURI(anchor))) return undefined;
  return `${target}: ${path} does not contain this heading`;
};

/** The file and the heading of every relative link in Markdown exist. */
export const brokenLink: Rule = {
  name: 'broken-link',
  reason: 'The target was moved, renamed or deleted: update the link.',
  check: (project) =>
    project.files
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap((file) =>
        [...file.text.matchAll(link)].flatMap((match) => {
          const message = validateLink(project, file, match[1] ?? '');
          return message === undefined ? [] : [{ file: file.path, line: lineAt(file.text, match.index), message }];
        }),
      ),
};
