import { inspect } from 'node:util';
import type { ConfigFault } from './fault.js';
import { FaultList } from './fault-list.js';
import { decodeText, type FileState } from './read-file.js';
import { schemaTree, settingOf, settings, type SchemaNode } from './schema.js';
import { OpenSection, Setting } from './schema/setting.js';
import { suggest } from './suggest.js';
import { parseYaml } from './yaml-document.js';

/** One layer: the values that it states, by dotted key, and everything that is wrong with it. */
export interface Layer {
  /** `default`, `file:<name>` or `env:<variable>`, as operators see it; by key, since each variable is its own source. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly faults: readonly ConfigFault[];
}

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const shown = (raw: unknown): string => {
  const text =
    raw instanceof Map ? 'a mapping' : inspect(raw, { depth: 2, breakLength: Infinity, maxStringLength: 60 });
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** Reads one value by its key's format. */
export const judgeValue = (key: string, raw: unknown, file: string): { value: unknown } | { fault: ConfigFault } => {
  const entry = settingOf(key);
  if (entry === undefined) throw new TypeError(`no such key: ${key}`);
  const parsed = entry.format.parse(raw);
  if (parsed.ok) return { value: parsed.value };
  const secret = entry.options.secret === true;
  const found = secret ? 'something else (not shown)' : shown(raw);
  const { suggestion, reason } = parsed;
  return {
    fault: {
      key,
      file,
      code: parsed.code,
      message: `expected ${entry.format.expects}; ${reason ?? `found ${found}`}`,
      ...(suggestion === undefined || secret ? {} : { suggestion }),
    },
  };
};

/** A name as it may be repeated in a fault. */
const nameOf = (raw: unknown): string => String(raw).slice(0, 200);

/** Some names that may stand in a section, for whoever has written something else in its place. */
const namesIn = (section: SchemaNode | OpenSection<unknown>): string =>
  section instanceof OpenSection ? section.options.example : Object.keys(section).slice(0, 5).join(', ');

/** Unknown names of one layer for which the nearest known one is looked for, and the longest such name: it is dear. */
const [mostSuggestions, longestSuggested] = [20, 60];

/** Judges nested maps against the schema; never descends below what the schema knows, so cycles do no harm. */
export const judgeTree = (root: ReadonlyMap<unknown, unknown>, file: string): Layer => {
  const values = new Map<string, unknown>();
  const faults = new FaultList(file);
  let suggested = 0;

  const meant = (path: readonly string[], name: string, siblings: readonly string[]): string | undefined => {
    if (suggested >= mostSuggestions || name.length > longestSuggested) return undefined;
    suggested += 1;
    const near = suggest(name, siblings);
    return near === undefined ? suggest([...path, name].join('.'), [...settings.keys()]) : [...path, near].join('.');
  };

  const unknown = (path: readonly string[], name: string, siblings: readonly string[]): ConfigFault => {
    const key = [...path, name].join('.');
    if (forbidden.has(name)) return { key, file, code: 'forbidden_key', message: 'this name cannot be a key' };
    const suggestion = meant(path, name, siblings);
    const message = settingOf(key)
      ? 'there is no such key; write the parts nested, not with dots'
      : 'there is no such key';
    return { key, file, code: 'unknown_key', message, ...(suggestion === undefined ? {} : { suggestion }) };
  };

  const judge = (key: string, raw: unknown): void => {
    const judged = judgeValue(key, raw, file);
    if ('fault' in judged) faults.add(() => judged.fault);
    else values.set(key, judged.value);
  };

  const walkOpen = (map: ReadonlyMap<unknown, unknown>, section: string, { options }: OpenSection<unknown>): void => {
    for (const [rawName, raw] of map) {
      const name = nameOf(rawName);
      const key = `${section}.${name}`;
      if (options.isName(name)) {
        judge(key, raw);
        continue;
      }
      faults.add(() => {
        const corrected = options.correct(name);
        const suggestion = options.isName(corrected) ? { suggestion: `${section}.${corrected}` } : {};
        const message = forbidden.has(name) ? 'this name cannot be a key' : options.expects;
        return { key, file, code: 'forbidden_key', message, ...suggestion };
      });
    }
  };

  const walk = (map: ReadonlyMap<unknown, unknown>, node: SchemaNode, path: readonly string[]): void => {
    for (const [rawName, raw] of map) {
      const name = nameOf(rawName);
      const child = Object.hasOwn(node, name) ? node[name] : undefined;
      const key = [...path, name].join('.');
      if (child === undefined) faults.add(() => unknown(path, name, Object.keys(node)));
      else if (child instanceof Setting) judge(key, raw);
      else if (raw instanceof Map && child instanceof OpenSection) walkOpen(raw, key, child);
      else if (raw instanceof Map && !(child instanceof OpenSection)) walk(raw, child, [...path, name]);
      else {
        const found = raw === null ? 'nothing' : shown(raw);
        const message = `expected a mapping with ${namesIn(child)} …; found ${found}`;
        faults.add(() => ({ key, file, code: 'wrong_type', message }));
      }
    }
  };
  walk(root, schemaTree, []);
  return { values, faults: faults.toArray() };
};

const nothing: ReadonlyMap<string, unknown> = new Map();

/** Judges one file of the configuration directory; an absent one states nothing. */
export const judgeFile = (file: string, state: FileState): Layer => {
  if (state.kind === 'absent') return { values: nothing, faults: [] };
  if (state.kind === 'fault') {
    return { values: nothing, faults: [{ key: null, file, code: state.code, message: state.message }] };
  }
  const text = decodeText(state.bytes);
  if (text === null) {
    return { values: nothing, faults: [{ key: null, file, code: 'binary', message: 'is not text in UTF-8' }] };
  }
  return judgeText(file, text);
};

/** Judges a YAML text as if it stood in the named file. */
export const judgeText = (file: string, text: string): Layer => {
  const outcome = parseYaml(text);
  if (outcome.ok) return judgeTree(outcome.root, file);
  return { values: nothing, faults: outcome.faults.map((fault) => ({ key: null, file, ...fault })) };
};
