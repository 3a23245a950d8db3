import { inspect } from 'node:util';
import type { ConfigIssue } from '../issue.js';
import { type SchemaNode, schemaTree, settingOf, settings } from '../schema/schema.js';
import { OpenSection, Setting, suggest } from '../schema/setting.js';
import { maskCredentials } from './url-credentials.js';
import { decodeText, type FileState } from './disk-state.js';
import { parseYaml, type Places } from './yaml-document.js';

/** One layer: the values that it sets, by dotted key, and its errors. */
export interface Layer {
  readonly values: ReadonlyMap<string, unknown>;
  readonly issues: readonly ConfigIssue[];
  /** Positions of the keys, if the layer is a YAML file. */
  readonly places?: Places;
}

/** The last validation result of each file, by file name. Most files do not change, and parsing is the slowest step of a reload. */
export type ValidatedFiles = Map<string, { readonly bytes: Buffer; readonly layer: Layer }>;

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Maximum length of a string within a list in a message, before it is shortened. */
const maxStringLength = 1000;

/** Formats a value for a message, without the credentials of URLs. */
const shown = (raw: unknown): string => {
  if (raw === null || raw === undefined) return 'no value';
  if (raw instanceof Map) return 'a mapping';
  if (typeof raw === 'string') return `the string ${JSON.stringify(shortened(maskCredentials(raw)))}`;
  return shortened(maskCredentials(inspect(raw, { depth: 2, breakLength: Infinity, maxStringLength })));
};

/** Whether a section contains a secret: a value in place of the section is likely to be that secret. */
const hasSecret = (section: string): boolean =>
  [...settings].some(([key, { options }]) => key.startsWith(`${section}.`) && options.secret === true);

/** The message about a value in place of a section. */
const notAMapping = (section: string, names: string, raw: unknown): string => {
  const expects = `a mapping with keys such as ${names}`;
  return hasSecret(section) && raw !== null
    ? `invalid value (redacted); expected ${expects}`
    : `must be ${expects}, got ${shown(raw)}`;
};

/** Parses one value by the format of its key. */
export const validateValue = (key: string, raw: unknown, file: string): { value: unknown } | { issue: ConfigIssue } => {
  const entry = settingOf(key);
  if (entry === undefined) throw new TypeError(`no such key: ${key}`);
  const parsed = entry.format.parse(raw);
  if (parsed.ok) return { value: parsed.value };
  const secret = entry.options.secret === true;
  const { expects } = entry.format;
  const { suggestion, reason } = parsed;
  const message = secret ? `invalid value (redacted); expected ${expects}` : `must be ${expects}, got ${shown(raw)}`;
  return {
    issue: {
      key,
      file,
      code: parsed.code,
      message: reason ?? message,
      ...(suggestion === undefined || secret ? {} : { suggestion }),
    },
  };
};

/** Shortens a name for a message. */
const nameOf = (raw: unknown): string => String(raw).slice(0, 200);

/** Some keys of a section, for the message about a value in its place. */
const namesIn = (section: SchemaNode | OpenSection<unknown>): string =>
  section instanceof OpenSection ? section.options.example : Object.keys(section).slice(0, 5).join(', ');

/** Maximum number of suggestions per layer, and maximum length of a name with a suggestion: the search is expensive. */
const [mostSuggestions, longestSuggested] = [20, 60];

/** Validates nested maps against the schema. It descends only where the schema does, so cycles are harmless. */
export const validateTree = (root: ReadonlyMap<unknown, unknown>, file: string): Layer => {
  const values = new Map<string, unknown>();
  const issues = new IssueList(file);
  let suggested = 0;

  const meant = (path: readonly string[], name: string, siblings: readonly string[]): string | undefined => {
    if (suggested >= mostSuggestions || name.length > longestSuggested) return undefined;
    suggested += 1;
    const near = suggest(name, siblings);
    return near === undefined ? suggest([...path, name].join('.'), [...settings.keys()]) : [...path, near].join('.');
  };

  const unknown = (path: readonly string[], name: string, siblings: readonly string[]): ConfigIssue => {
    const key = [...path, name].join('.');
    if (forbidden.has(name)) return { key, file, code: 'forbidden_key', message: 'forbidden key' };
    const suggestion = meant(path, name, siblings);
    const message = settingOf(key) ? 'unknown key; nest the parts instead of joining them with dots' : 'unknown key';
    return { key, file, code: 'unknown_key', message, ...(suggestion === undefined ? {} : { suggestion }) };
  };

  const validate = (key: string, raw: unknown): void => {
    const validated = validateValue(key, raw, file);
    if ('issue' in validated) issues.add(() => validated.issue);
    else values.set(key, validated.value);
  };

  const walkOpen = (map: ReadonlyMap<unknown, unknown>, section: string, { options }: OpenSection<unknown>): void => {
    for (const [rawName, raw] of map) {
      const name = nameOf(rawName);
      const key = `${section}.${name}`;
      if (options.isName(name)) {
        validate(key, raw);
        continue;
      }
      issues.add(() => {
        const corrected = options.correct(name);
        const suggestion = options.isName(corrected) ? { suggestion: `${section}.${corrected}` } : {};
        const message = forbidden.has(name) ? 'forbidden key' : options.expects;
        return { key, file, code: 'forbidden_key', message, ...suggestion };
      });
    }
  };

  const walk = (map: ReadonlyMap<unknown, unknown>, node: SchemaNode, path: readonly string[]): void => {
    for (const [rawName, raw] of map) {
      const name = nameOf(rawName);
      const child = Object.hasOwn(node, name) ? node[name] : undefined;
      const key = [...path, name].join('.');
      if (child === undefined) issues.add(() => unknown(path, name, Object.keys(node)));
      else if (child instanceof Setting) validate(key, raw);
      else if (raw instanceof Map && child instanceof OpenSection) walkOpen(raw, key, child);
      else if (raw instanceof Map && !(child instanceof OpenSection)) walk(raw, child, [...path, name]);
      else {
        issues.add(() => ({ key, file, code: 'wrong_type', message: notAMapping(key, namesIn(child), raw) }));
      }
    }
  };
  walk(root, schemaTree, []);
  return { values, issues: issues.toArray() };
};

const nothing: ReadonlyMap<string, unknown> = new Map();

/** Validates one file of the configuration directory; an absent file sets nothing. */
export const validateFile = (file: string, state: FileState): Layer => {
  if (state.kind === 'absent') return { values: nothing, issues: [] };
  if (state.kind === 'issue') {
    return { values: nothing, issues: [{ key: null, file, code: state.code, message: state.message }] };
  }
  const text = decodeText(state.bytes);
  if (text === null) {
    return { values: nothing, issues: [{ key: null, file, code: 'binary', message: 'not a text file in UTF-8' }] };
  }
  return validateText(file, text);
};

/** Adds the position to an error: that of the key if its name is wrong, otherwise that of the value. */
const located = (issue: ConfigIssue, places: Places): ConfigIssue => {
  const place = issue.key === null ? undefined : places.get(issue.key);
  if (place === undefined) return issue;
  const isName = issue.code === 'unknown_key' || issue.code === 'forbidden_key';
  return { ...issue, ...(isName ? place.key : place.value) };
};

/** Validates a YAML text as the content of the named file. */
export const validateText = (file: string, text: string): Layer => {
  const outcome = parseYaml(text);
  if (!outcome.ok) return { values: nothing, issues: outcome.issues.map((issue) => ({ key: null, file, ...issue })) };
  const { places } = outcome;
  const { values, issues } = validateTree(outcome.root, file);
  return { values, issues: issues.map((issue) => located(issue, places)), places };
};

/** Maximum number of errors that are listed per layer. */
const maxIssues = 100;

/** The errors of one layer: the first ones, and the number of further ones. */
export class IssueList {
  readonly #issues: ConfigIssue[] = [];
  #left = 0;

  constructor(private readonly file: string) {}

  /** @param make creates the error; not called for errors that are only counted */
  add(make: () => ConfigIssue): void {
    if (this.#issues.length >= maxIssues) this.#left += 1;
    else this.#issues.push(make());
  }

  /** The errors to report. */
  toArray(): readonly ConfigIssue[] {
    if (this.#left === 0) return this.#issues;
    const message = this.#left === 1 ? '1 more error' : `${String(this.#left)} more errors`;
    return [...this.#issues, { key: null, file: this.file, code: 'more_faults', message }];
  }
}
