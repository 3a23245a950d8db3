import {
  Composer,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type CST,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import type { ConfigIssueCode, Position } from '../issue.js';

/** A parsed document as nested maps, or its errors. */
export type YamlOutcome =
  | { readonly ok: true; readonly root: ReadonlyMap<unknown, unknown>; readonly places: Places }
  | { readonly ok: false; readonly issues: readonly YamlIssue[] };

/** The positions of a key and of its value. */
export interface Place {
  readonly key: Position;
  readonly value: Position;
}

/** The positions of all keys in a document, by dotted key. */
export type Places = ReadonlyMap<string, Place>;

/** One error in a document. */
export interface YamlIssue extends Partial<Position> {
  readonly code: ConfigIssueCode;
  readonly message: string;
  /** Dotted key, if the error concerns one. */
  readonly key?: string;
}

const failed = (code: ConfigIssueCode, message: string): YamlOutcome => ({ ok: false, issues: [{ code, message }] });

/**
 * Parsing blocks the event loop, and deep nesting can exhaust the stack or the memory: a megabyte of brackets and 4,900 nested
 * mappings aborted the process. So tokens and depth are counted first, with the part of the parser that is not recursive.
 */
const limits = { tokens: 20_000, depth: 64 };

/** The tokens of a text, and where its lines begin; null beyond the limits. */
const tokenize = (text: string, lines: LineCounter): CST.Token[] | null => {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  lines.addNewLine(0);
  for (const source of new Lexer().lex(text)) {
    if (!/^[\s#]/.test(source)) count += 1;
    for (const token of parser.next(source)) tokens.push(token);
    if (count > limits.tokens || parser.stack.length > limits.depth) return null;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
};

// Messages of the parser quote the document, which may contain a secret, so only its error codes are used.
const sentences: Readonly<Record<string, string>> = {
  MISSING_CHAR: 'missing colon, closing quote or closing bracket',
  TAB_AS_INDENT: 'tabs are not allowed as indentation; use spaces',
  BAD_INDENT: 'bad indentation',
  MULTIPLE_DOCS: 'the file contains more than one document',
  NON_STRING_KEY: 'keys must be strings',
  BAD_ALIAS: 'malformed alias',
};

/** Maximum length of a key in a message. */
const longestName = 200;

const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

const nameOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key).slice(0, longestName);

const dotted = (ancestors: readonly unknown[], pair: Pair): string =>
  [...ancestors.filter((node): node is Pair => isPair(node)), pair].map(nameOf).join('.');

/** Duplicate keys in a mapping. The check of the parser is off because it takes quadratic time. */
const repeatedKeys = (document: Document.Parsed): RepeatedKey[] => {
  const found: RepeatedKey[] = [];
  visit(document, {
    Map(_key, { items }, ancestors) {
      const seen = new Map<unknown, number>();
      for (const pair of items) {
        if (!isScalar(pair.key)) continue;
        const pos = startOf(pair.key);
        const first = seen.get(pair.key.value);
        if (first === undefined) seen.set(pair.key.value, pos);
        else found.push({ code: 'DUPLICATE_KEY', pos: [pos], first, key: dotted(ancestors, pair), name: nameOf(pair) });
      }
    },
  });
  return found;
};

interface RepeatedKey {
  readonly code: 'DUPLICATE_KEY';
  readonly pos: readonly [number];
  /** Where the key first occurs. */
  readonly first: number;
  /** Dotted key. */
  readonly key: string;
  readonly name: string;
}

const placesOf = (document: Document.Parsed, at: (offset: number) => Position): Places => {
  const places = new Map<string, Place>();
  visit(document, {
    Pair(_key, pair, ancestors) {
      const key = dotted(ancestors, pair);
      if (places.has(key)) return;
      const start = at(startOf(pair.key));
      const isBlock = isMap(pair.value) && pair.value.flow !== true;
      places.set(key, { key: start, value: pair.value === null || isBlock ? start : at(startOf(pair.value)) });
    },
  });
  return places;
};

/**
 * Parses one YAML 1.2 document strictly: unique keys, no custom tags, no merge keys, few aliases. Keys are stored in Maps, so
 * `__proto__` is a key like any other.
 */
export const parseYaml = (text: string): YamlOutcome => {
  try {
    const lines = new LineCounter();
    const tokens = tokenize(text, lines);
    if (tokens === null) return failed('too_large', 'contains too many values or nests too deeply');
    const [document, second] = new Composer({
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: false,
      stringKeys: true,
      merge: false,
      resolveKnownTags: false,
    }).compose(tokens, true, text.length);
    // The first document exists even if the text is empty.
    if (document === undefined) return failed('empty_document', 'file is empty; use {} for an empty layer');
    const problems = [
      ...[...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, pos })),
      ...(second === undefined ? [] : [{ code: 'MULTIPLE_DOCS' as const, pos: second.range }]),
      ...repeatedKeys(document),
    ];
    problems.sort((one, other) => one.pos[0] - other.pos[0]);
    const at = (offset: number): Position => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    };
    const issues = problems.slice(0, 20).map((problem): YamlIssue => {
      const place = at(problem.pos[0]);
      if ('first' in problem) {
        const first = at(problem.first);
        const message = `duplicate key "${problem.name}" (first at line ${String(first.line)}, column ${String(first.column)})`;
        return { ...place, code: 'duplicate_key', key: problem.key, message };
      }
      const sentence = problem.code.startsWith('TAG') ? 'tags are not allowed' : sentences[problem.code];
      return {
        ...place,
        code: 'unparsable',
        message: sentence === undefined ? 'invalid YAML' : `invalid YAML: ${sentence}`,
      };
    });
    if (issues.length > 0) return { ok: false, issues };
    const root: unknown = document.toJS({ mapAsMap: true, maxAliasCount: 50 });
    if (root === null) return failed('empty_document', 'file is empty; use {} for an empty layer');
    return root instanceof Map
      ? { ok: true, root, places: placesOf(document, at) }
      : failed('wrong_type', 'must be a mapping of keys to values');
  } catch {
    // Unresolved or excessive aliases, or nesting too deep.
    return failed('unparsable', 'invalid YAML: unresolved aliases, too many aliases, or nesting too deep');
  }
};
