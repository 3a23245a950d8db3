import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigIssue } from '../issue.js';
import { validateValue, type Layer } from '../reload/validate.js';
import { decodeText, readFileState, type FileState } from './read-file.js';
import { mailKinds, mailParts, templateKind } from '../schema/mail-template.js';
import { suggest } from '../schema/suggest.js';

/** The folder of the configuration directory that holds the templates of mails. */
export const templateFolder = 'templates';

/** What could be meant as a template; backups and drafts of editors are left alone. */
const candidate = /^[A-Za-z0-9_-]{1,60}\.(?:subject|text|txt|html?)$/;

/** Largest template, 256 KiB: all of them are read again and again. */
const maxTemplateBytes = 256 * 1024;

/** Most files that could be meant as templates; each that is none gets a issue of its own. */
const maxTemplates = 64;

/** Every template file and the key that it states. */
const keys: ReadonlyMap<string, string> = new Map(
  mailKinds.flatMap((kind) =>
    mailParts.map((part): [string, string] => [`${kind}.${part}`, `mail.templates.${templateKind(kind)}.${part}`]),
  ),
);

const issueOf = (error: unknown): FileState => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  if (code === 'ENOENT') return { kind: 'absent' };
  return code === 'ENOTDIR'
    ? { kind: 'issue', code: 'not_a_file', message: 'not a directory' }
    : { kind: 'issue', code: 'unreadable', message: `cannot read the directory (${code})` };
};

/**
 * The template files that are there, sorted, as paths within the configuration directory.
 * @returns a issue in their place when the folder cannot be read, or holds far too many
 */
export const listTemplates = (directory: string): readonly string[] | FileState => {
  try {
    const names = readdirSync(join(directory, templateFolder)).filter((name) => candidate.test(name));
    if (names.length > maxTemplates) {
      const message = `contains more than ${maxTemplates} template files`;
      return { kind: 'issue', code: 'too_large', message };
    }
    return names.sort().map((name) => `${templateFolder}/${name}`);
  } catch (error) {
    const state = issueOf(error);
    return state.kind === 'absent' ? [] : state;
  }
};

const nameIn = (file: string): string => file.slice(templateFolder.length + 1);

/** Reads a template. Of a file that is none the name says everything, so that its content is left alone. */
export const readTemplate = (directory: string, file: string): FileState =>
  keys.has(nameIn(file))
    ? readFileState(join(directory, file), maxTemplateBytes)
    : { kind: 'bytes', bytes: Buffer.alloc(0) };

const layer = (values: readonly (readonly [string, unknown])[], issues: readonly ConfigIssue[] = []): Layer => ({
  values: new Map(values),
  issues,
});

/** Validates one template file: a layer that states one key. `{}` states nothing, so that the built-in text applies. */
export const validateTemplateFile = (file: string, state: FileState): Layer => {
  if (state.kind === 'absent') return layer([]);
  const issue = (found: Omit<ConfigIssue, 'file' | 'key'>, key: string | null = null): Layer =>
    layer([], [{ key, file, ...found }]);
  if (state.kind === 'issue') return issue({ code: state.code, message: state.message });
  const name = nameIn(file);
  const key = keys.get(name);
  if (key === undefined) {
    const near = suggest(name, [...keys.keys()]);
    const message = 'unknown mail template';
    return issue({ code: 'unknown_key', message, ...(near === undefined ? {} : { suggestion: near }) });
  }
  const text = decodeText(state.bytes);
  if (text === null) return issue({ code: 'binary', message: 'not a text file in UTF-8' }, key);
  if (text.trim() === '') {
    return issue({ code: 'empty_document', message: 'file is empty; use {} for the built-in text' }, key);
  }
  if (text.trim() === '{}') return layer([]);
  const validated = validateValue(key, name.endsWith('.subject') ? text.replace(/\r?\n$/, '') : text, file);
  return 'issue' in validated ? layer([], [validated.issue]) : layer([[key, validated.value]]);
};
