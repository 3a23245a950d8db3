/** Operators and modifiers that look like names. */
const words: ReadonlySet<string> = new Set([
  'and',
  'or',
  'unless',
  'by',
  'without',
  'on',
  'ignoring',
  'bool',
  'offset',
]);

/** Functions and aggregations of PromQL that our pages use, and `label_values` of Grafana. */
const functions: ReadonlySet<string> = new Set([
  ...['sum', 'count', 'min', 'max', 'topk', 'rate', 'increase', 'changes', 'histogram_quantile', 'vector'],
  'label_values',
]);

/** The metrics and the errors of an expression. */
export interface Expression {
  readonly metrics: readonly string[];
  /** What is wrong with it, in sentences: brackets that do not match, functions that are unknown. */
  readonly errors: readonly string[];
}

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

const unbalanced = (text: string): string[] => {
  const open: string[] = [];
  for (const letter of text) {
    if ('([{'.includes(letter)) open.push(letter);
    else if (letter in pairs && open.pop() !== pairs[letter]) return [`${letter} closes nothing`];
  }
  return open.map((letter) => `${letter} is not closed`);
};

/**
 * Reads the names out of a PromQL expression: no parser, but enough to find a metric that does not exist, an unknown
 * function and a bracket that is not closed.
 */
export const readExpression = (text: string): Expression => {
  const withoutTexts = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const plain = withoutTexts
    .replaceAll(/\{[^{}]*\}|\[[^[\]]*\]/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/g, ' ')
    // What `label_values` takes last is a label.
    .replaceAll(/(label_values\([^,()]+),[^()]*\)/g, '$1)');
  const names = [...plain.matchAll(/(?<![\w$])([a-z_][a-z0-9_:]*)(\s*\()?/gi)];
  const called = names
    .filter(([, name = '', call]) => call !== undefined && !words.has(name))
    .map(([, name = '']) => name);
  const metrics = names
    .filter(([, name = '', call]) => call === undefined && !words.has(name))
    .map(([, name = '']) => name);
  return {
    metrics: [...new Set(metrics)],
    errors: [
      ...unbalanced(withoutTexts),
      ...called.filter((name) => !functions.has(name)).map((name) => `unknown function ${name}`),
      ...(metrics.length === 0 ? ['no metric'] : []),
    ],
  };
};
