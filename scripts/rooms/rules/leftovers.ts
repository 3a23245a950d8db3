import type { Finding, Rule } from '../finding.js';
import { lineAt, type Project } from '../project.js';

const findAll = (project: Project, pattern: RegExp, message: (found: string) => string): Omit<Finding, 'rule'>[] =>
  project.files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((found) => ({
      file: path,
      line: lineAt(text, found.index),
      message: message(found[0]),
    })),
  );

/** Spelt in halves, so that this file passes its own rule. */
const marker = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`, 'g');

/** No marker of unfinished work in any text of the project. */
export const unfinished: Rule = {
  name: 'unfinished',
  reason: 'a note in the code is read by nobody who plans: finish it, or open an issue',
  check: (project) =>
    findAll(project, marker, (found) => `${found} stands for work that was left`).filter(
      ({ file }) => file !== 'package-lock.json',
    ),
};

const suppression =
  /(?:\/\/|\/\*)[ \t]*(?:eslint-disable(?:-next-line|-line)?|prettier-ignore|c8 ignore|v8 ignore|@ts-(?:expect-error|ignore|nocheck))\b([^\n]*)/g;
const isReasoned = (comment: string): boolean =>
  !/@ts-(?:ignore|nocheck)/.test(comment) && (/--[ \t]+\S/.test(comment) || /@ts-expect-error\W+\w.{8,}/.test(comment));

/** Whoever silences a check says why, beside the silence. */
export const suppressions: Rule = {
  name: 'suppression',
  reason:
    'a suppression carries its reason (`-- because …`), so that the next reader can tell when it has become untrue',
  check: (project) =>
    findAll(project, suppression, (found) => found).flatMap(({ file, line, message }) =>
      isReasoned(message) ? [] : [{ file, line, message: `${message.trim()} gives no reason` }],
    ),
};

/** What means something on one machine only. */
const local =
  /(?<![\w.])\/(?:home|Users|work|workspace|builds)\/[\w.-]+|"resolved": "https?:[^"]*"|https?:\/\/registry\.[\w.-]+/g;

/** No path of one machine and no package host: a clone must mean the same everywhere. */
export const portable: Rule = {
  name: 'portable',
  reason: 'a path or a package host of one machine means nothing, or something else, on the next',
  check: (project) => findAll(project, local, (found) => `${found} belongs to one machine`),
};
