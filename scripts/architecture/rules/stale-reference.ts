import { lineAt, type Project, type TextFile } from '../project.js';
import type { Rule } from '../rule.js';

/** A code span of Markdown or of a comment, or the target of `{@link …}`. */
const reference = /`([^`\n]+)`|\{@link ([\w$.#]+)/g;
const codeBlock = /^[ \t]*(?:```|~~~)[\s\S]*?^[ \t]*(?:```|~~~)/gm;
const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
const projectPath = /^(?:src|features|tests|scripts|docs|docker|config|migrations|packages|\.ci|\.github)\/[\w./-]*$/;
const fileName = /^[\w./-]+\.(?:ts|feature|md)$/;
/** `Class`, `camelCase`, `Class.member` or `call(…)`. A single lower-case word is too ambiguous to check. */
const identifier = /^(?=.*(?:[a-z][A-Z]|\(|^[A-Z][a-z]))([A-Za-z_$][\w$]*)(?:\.([A-Za-z_$][\w$]*))?(?:\(.*\))?$/;

/**
 * Pages that describe earlier releases, and names that belong to other projects or to files that the reader creates.
 */
const historicalPages = new Set(['CHANGELOG.md']);
const foreignNames = new Set([
  'Expect',
  'InvalidToken',
  'Login200',
  'RateLimiterMemory',
  'RateLimiterPostgres',
  'XRequestId',
  'insuranceLimiter',
  'preStop',
  'subPath',
]);
const example =
  /(?:^|\/)(?:badges(?:\/list)?|refresh-after-block)\.(?:ts|feature)$|^docs\/(?:start\.js|docs\.css)$|^features\.\w+$/;

const blank = (text: string, pattern: RegExp): string => text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));

/** The prose of a file: Markdown without code blocks, or the comments of a TypeScript file. */
const proseOf = ({ path, text }: TextFile): string => {
  if (path.endsWith('.md')) return historicalPages.has(path) ? '' : blank(text, codeBlock);
  if (!path.endsWith('.ts')) return '';
  let end = 0;
  const parts: string[] = [];
  for (const match of text.matchAll(comment)) {
    parts.push(text.slice(end, match.index).replace(/[^\n]/g, ' '), match[0]);
    end = match.index + match[0].length;
  }
  return parts.join('');
};

/** All identifiers and words of code and configuration, without comments. */
const wordsOf = ({ files }: Project): ReadonlySet<string> =>
  new Set(
    files
      .filter(({ path }) => !path.endsWith('.md') && path !== 'package-lock.json')
      .flatMap(
        ({ path, text }) => (path.endsWith('.ts') ? text.replace(comment, '') : text).match(/[A-Za-z_$][\w$]*/g) ?? [],
      ),
  );

/** Requires every file and symbol that documentation and comments mention to exist. */
export const staleReference: Rule = {
  name: 'stale-reference',
  reason: 'The file or symbol was renamed or deleted: update the text.',
  check: (project) => {
    const words = wordsOf(project);
    const paths = [...project.paths];
    const exists = (span: string): boolean => {
      if (example.test(span)) return true;
      if (projectPath.test(span)) return project.paths.has(span.replace(/\/$/, ''));
      if (fileName.test(span)) {
        return paths.some((path) => `/${path}`.endsWith(`/${span.replace(/^(?:\.\.?\/)+/, '')}`));
      }
      const [, name, member = name] = identifier.exec(span) ?? [];
      return name === undefined || foreignNames.has(name) || (words.has(name) && words.has(member ?? name));
    };
    return project.files.flatMap((file) =>
      [...proseOf(file).matchAll(reference)].flatMap((match) => {
        const span = (match[1] ?? match[2] ?? '').replace('#', '.');
        return exists(span)
          ? []
          : [{ file: file.path, line: lineAt(file.text, match.index), message: `${span} does not exist` }];
      }),
    );
  },
};
