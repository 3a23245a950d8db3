import ts from 'typescript';
import type { Finding, Rule } from '../finding.js';
import { lineOf, type ProjectFile, type SourceFile } from '../project.js';

const runners = /^(?:it|test|describe|suite|bench|context|ctx|t|this)$/;
const evasions = /^(?:skip|only|todo|fails|skipIf|runIf)$/;
const renamed = /^(?:xit|xtest|xdescribe|fit|fdescribe|ftest)$/;
const tag = /@(?:wip|skip|skipped|ignore|ignored|only|focus|todo|pending|flaky|broken|manual|retry)\b/i;

type Place = Omit<Finding, 'rule'>;

const rootName = (node: ts.Expression): string => {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootName(node.expression);
  return node.kind === ts.SyntaxKind.ThisKeyword ? 'this' : node.getText();
};

const evasionOf = (node: ts.Node): string | undefined => {
  if (ts.isPropertyAccessExpression(node) && evasions.test(node.name.text) && runners.test(rootName(node.expression))) {
    return node.getText().replace(/\s+/g, '');
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && renamed.test(node.expression.text)) {
    return node.expression.text;
  }
  // What Cucumber takes for an answer of a step that did not look.
  const isReturn = ts.isReturnStatement(node) || ts.isArrowFunction(node);
  const value = ts.isReturnStatement(node) ? node.expression : ts.isArrowFunction(node) ? node.body : undefined;
  if (isReturn && value && ts.isStringLiteral(value) && /^(?:pending|skipped)$/.test(value.text)) {
    return `'${value.text}'`;
  }
  return undefined;
};

const inCode = (source: SourceFile): Place[] => {
  const found: Place[] = [];
  const visit = (node: ts.Node): void => {
    const evasion = evasionOf(node);
    if (evasion !== undefined) {
      found.push({ file: source.path, line: lineOf(source.tree, node), message: `${evasion} leaves a test out` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return found;
};

const inFeature = ({ path, text }: ProjectFile): Place[] =>
  text.split('\n').flatMap((line, index) => {
    const found = line.trimStart().startsWith('@') ? tag.exec(line) : null;
    return found ? [{ file: path, line: index + 1, message: `the tag ${found[0]} leaves a scenario out` }] : [];
  });

/** No test is skipped, focused or pending, and no scenario carries a tag that excuses it. */
export const pendingTests: Rule = {
  name: 'pending-test',
  reason: 'a test that does not run proves nothing and looks as if it did: mend it or remove it',
  check: ({ files, sources }) => [
    ...sources.filter(({ path }) => /^(?:tests|features)\//.test(path)).flatMap(inCode),
    ...files.filter(({ path }) => path.endsWith('.feature')).flatMap(inFeature),
  ],
};
