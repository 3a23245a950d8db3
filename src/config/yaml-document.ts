import { isScalar, Lexer, LineCounter, parseDocument, Parser, visit, type Document } from 'yaml';
import type { ConfigFaultCode } from './fault.js';

/** A document as nested maps, or what is wrong with it. */
export type YamlOutcome =
  | { readonly ok: true; readonly root: ReadonlyMap<unknown, unknown> }
  | { readonly ok: false; readonly faults: readonly YamlFault[] };

/** One fault of a document. */
export interface YamlFault {
  readonly code: ConfigFaultCode;
  readonly message: string;
}

const failed = (code: ConfigFaultCode, message: string): YamlOutcome => ({ ok: false, faults: [{ code, message }] });

/**
 * Parsing holds up everything else, and deep nesting exhausts the stack or the memory and ends the process: measured an
 * abort for a megabyte of brackets, and for 4,900 mappings in each other. So what is not layout is counted first, and so is the depth, by the part of the parser that needs no recursion.
 */
const limits = { tokens: 20_000, depth: 64 };

const isTooComplex = (text: string): boolean => {
  const parser = new Parser();
  let count = 0;
  for (const token of new Lexer().lex(text)) {
    if (!/^[\s#]/.test(token)) count += 1;
    // What is built does not matter, but it is only built when it is asked for.
    Array.from(parser.next(token));
    if (count > limits.tokens || parser.stack.length > limits.depth) return true;
  }
  return false;
};

// The parser's own sentences quote the document, which may hold a secret; so only its codes are used.
const sentences: Readonly<Record<string, string>> = {
  MISSING_CHAR: 'a closing quote or bracket, or a colon, is missing',
  TAB_AS_INDENT: 'tabs cannot indent, use spaces',
  BAD_INDENT: 'the indentation does not fit',
  MULTIPLE_DOCS: 'there is more than one document in the file',
  NON_STRING_KEY: 'keys must be text',
  BAD_ALIAS: 'an alias is malformed',
};

/** Where keys stand again that their mapping has already. The parser's own search takes quadratic time, so it is off. */
const repeatedKeys = (document: Document.Parsed): { code: 'DUPLICATE_KEY'; pos: [number] }[] => {
  const found: { code: 'DUPLICATE_KEY'; pos: [number] }[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ code: 'DUPLICATE_KEY', pos: [key.range?.[0] ?? 0] });
        seen.add(key.value);
      }
    },
  });
  return found;
};

/**
 * Parses one YAML 1.2 document strictly: unique keys, no custom tags, no merge keys, few aliases. Keys keep their
 * spelling in Maps, so that `__proto__` is a key like any other.
 */
export const parseYaml = (text: string): YamlOutcome => {
  try {
    if (isTooComplex(text)) return failed('too_large', 'holds far more values than there are keys, or far deeper ones');
    const lines = new LineCounter();
    // Any log level but `silent`: that one also hides the error about a second document.
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: false,
      stringKeys: true,
      merge: false,
      resolveKnownTags: false,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: 'error',
    });
    const problems = [...document.errors, ...document.warnings, ...repeatedKeys(document)];
    problems.sort((one, other) => one.pos[0] - other.pos[0]);
    const faults = problems.slice(0, 20).map((problem): YamlFault => {
      const { line, col } = lines.linePos(problem.pos[0]);
      const at = `at line ${line}, column ${col}`;
      if (problem.code === 'DUPLICATE_KEY') {
        return { code: 'duplicate_key', message: `a key stands twice, again ${at}` };
      }
      const sentence = problem.code.startsWith('TAG') ? 'tags are not allowed' : sentences[problem.code];
      return { code: 'unparsable', message: `is not valid YAML ${at}${sentence === undefined ? '' : `: ${sentence}`}` };
    });
    if (faults.length > 0) return { ok: false, faults };
    const root: unknown = document.toJS({ mapAsMap: true, maxAliasCount: 50 });
    if (root === null) return failed('empty_document', 'is empty; an empty layer is written {}');
    return root instanceof Map ? { ok: true, root } : failed('wrong_type', 'expected a mapping of keys to values');
  } catch {
    // Unresolved or excessive aliases, and nesting beyond the stack.
    return failed('unparsable', 'is not valid YAML: unresolved aliases, too many of them, or too deep a nesting');
  }
};
