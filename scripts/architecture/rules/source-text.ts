import { lineAt, type Project } from '../project.js';
import type { Rule, Violation } from '../rule.js';

const findAll = (project: Project, pattern: RegExp, message: (match: string) => string): Violation[] =>
  project.files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => ({
      file: path,
      line: lineAt(text, match.index),
      message: message(match[0]),
    })),
  );

/** Each word is split, so that this file does not match. */
const todoMarker = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`, 'g');

/** No comments about unfinished work. */
export const todoComment: Rule = {
  name: 'todo-comment',
  reason: 'Nobody plans with comments in the code: finish the work, or open an issue.',
  check: (project) =>
    findAll(project, todoMarker, (marker) => `${marker} marks unfinished work`).filter(
      ({ file }) => file !== 'package-lock.json',
    ),
};

const suppressionComment =
  /(?:\/\/|\/\*)[ \t]*(?:eslint-disable(?:-next-line|-line)?|prettier-ignore|c8 ignore|v8 ignore|@ts-(?:expect-error|ignore|nocheck))\b([^\n]*)/g;
const hasReason = (comment: string): boolean =>
  !/@ts-(?:ignore|nocheck)/.test(comment) && (/--[ \t]+\S/.test(comment) || /@ts-expect-error\W+\w.{8,}/.test(comment));

/** Every suppressed check has a reason. */
export const unexplainedSuppression: Rule = {
  name: 'unexplained-suppression',
  reason: 'Add the reason (`-- reason`), so that the next reader can see when it no longer applies.',
  check: (project) =>
    findAll(project, suppressionComment, (comment) => comment).flatMap(({ file, line, message }) =>
      hasReason(message) ? [] : [{ file, line, message: `${message.trim()} does not give a reason` }],
    ),
};

const localReference =
  /(?<![\w.])\/(?:home|Users|work|workspace|builds)\/[\w.-]+|"resolved": "https?:[^"]*"|https?:\/\/registry\.[\w.-]+/g;

/** No path of one machine and no URL of a package registry. */
export const localPath: Rule = {
  name: 'local-path',
  reason: 'The path or host does not exist, or differs, on other machines.',
  check: (project) => findAll(project, localReference, (match) => `${match} is specific to one machine`),
};
