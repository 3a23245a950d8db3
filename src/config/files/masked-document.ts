import { isAlias, isMap, isPair, isScalar, Lexer, parseDocument, visit, type Node } from 'yaml';
import type { DiskState } from './disk-state.js';
import { masked } from '../schema/setting.js';
import { maskCredentials } from './url-credentials.js';
import { schemaTree, settingOf, type SchemaNode } from '../schema/schema.js';

/** A part of a text that is replaced, by offsets. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Tokens of the lexer that have no text; the last one announces a scalar. */
const documentStart = '\u0002';
const flowEnd = '\u0018';
const scalarStart = '\u001f';

/** The comments of a text: operators may have put a former secret into one. */
const comments = (text: string): Replacement[] => {
  const found: Replacement[] = [];
  let offset = 0;
  let previous = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === documentStart || lexeme === flowEnd || lexeme === scalarStart) {
      previous = lexeme;
      continue;
    }
    if (lexeme.startsWith('#') && previous !== scalarStart) {
      found.push({ start: offset, end: offset + lexeme.length, text: '# …' });
    }
    offset += lexeme.length;
    previous = lexeme;
  }
  return found;
};

/** Whether a dotted key is a section of the schema, or is below an open section. */
const isSection = (key: string): boolean => {
  const node = key.split('.').reduce<SchemaNode[string] | undefined>((parent, name) => {
    return parent !== undefined && !('options' in parent) ? parent[name] : undefined;
  }, schemaTree);
  return node !== undefined && !('format' in node);
};

/** A value is shown if its key is known and not secret: a misspelled key may hold a secret, as may a value in place of a section. */
const isShown = (key: string, value: Node | null): boolean => {
  const setting = settingOf(key);
  return setting === undefined ? isMap(value) && isSection(key) : setting.options.secret !== true;
};

const keyOf = (path: readonly unknown[]): string =>
  path.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : [])).join('.');

/** The values of a document that are not shown; null if it uses aliases, whose values are elsewhere in the document. */
const secretValues = (text: string): Replacement[] | null => {
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const found: Replacement[] = [];
  const aliases: Node[] = [];
  visit(document, {
    Pair(_key, pair, path) {
      const key = keyOf([...path, pair]);
      const value = pair.value as Node | null;
      if (isAlias(value)) aliases.push(value);
      if (isShown(key, value) || !value?.range) return undefined;
      const [start, end] = value.range;
      if (end > start) found.push({ start, end, text: masked });
      return visit.SKIP;
    },
  });
  return aliases.length > 0 ? null : found;
};

/**
 * A configuration file as operators see it: with its lines, but without secrets, credentials in URLs, values of unknown keys,
 * and comments.
 * @returns null if it cannot be parsed, so that it is not known what is secret
 */
export const maskDocument = (text: string): string | null => {
  const secrets = secretValues(text);
  if (secrets === null) return null;
  const shown = [...secrets, ...comments(text)]
    .sort((one, other) => other.start - one.start)
    .reduce((masking, { start, end, text: replacement }) => {
      // Each line stays where it is: errors name lines.
      const lines = masking.slice(start, end).split('\n').length - 1;
      return masking.slice(0, start) + replacement + '\n'.repeat(lines) + masking.slice(end);
    }, text);
  return maskCredentials(shown);
};

/** A configuration file and what is shown of it. */
export interface ConfigDocument {
  readonly name: string;
  readonly document: string | null;
}

/** The files that are present, lowest precedence first. */
export const documentsOf = ({ layers }: DiskState): ConfigDocument[] =>
  [...layers].flatMap(([name, state]) => {
    if (state.kind === 'absent') return [];
    return [{ name, document: state.kind === 'bytes' ? maskDocument(state.bytes.toString()) : null }];
  });
