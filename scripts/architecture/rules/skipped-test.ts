import ts from 'typescript';
import { lineOf, type SourceFile, type TextFile } from '../project.js';
import type { Rule, Violation } from '../rule.js';

const runners = /^(?:it|test|describe|suite|bench|context|ctx|t|this)$/;
const modifiers = /^(?:skip|only|todo|fails|skipIf|runIf)$/;
const aliases = /^(?:xit|xtest|xdescribe|fit|fdescribe|ftest)$/;
const tag = /@(?:wip|skip|skipped|ignore|ignored|only|focus|todo|pending|flaky|broken|manual|retry)\b/i;

const rootName = (node: ts.Expression): string => {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootName(node.expression);
  return node.kind === ts.SyntaxKind.ThisKeyword ? 'this' : node.getText();
};

const findSkip = (node: ts.Node): string | undefined => {
  if (
    ts.isPropertyAccessExpression(node) &&
    modifiers.test(node.name.text) &&
    runners.test(rootName(node.expression))
  ) {
    return node.getText().replace(/\s+/g, '');
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && aliases.test(node.expression.text)) {
    return node.expression.text;
  }
  // Cucumber skips a scenario when a step returns one of these strings.
  const isReturn = ts.isReturnStatement(node) || ts.isArrowFunction(node);
  const value = ts.isReturnStatement(node) ? node.expression : ts.isArrowFunction(node) ? node.body : undefined;
  if (isReturn && value && ts.isStringLiteral(value) && /^(?:pending|skipped)$/.test(value.text)) {
    return `'${value.text}'`;
  }
  return undefined;
};

const checkCode = (source: SourceFile): Violation[] => {
  const violations: Violation[] = [];
  const visit = (node: ts.Node): void => {
    const skip = findSkip(node);
    if (skip !== undefined) {
      violations.push({ file: source.path, line: lineOf(source.tree, node), message: `${skip} skips tests` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return violations;
};

const checkFeature = ({ path, text }: TextFile): Violation[] =>
  text.split('\n').flatMap((line, index) => {
    const match = line.trimStart().startsWith('@') ? tag.exec(line) : null;
    return match ? [{ file: path, line: index + 1, message: `the tag ${match[0]} skips scenarios` }] : [];
  });

/** No test and no scenario is skipped, focused or pending. */
export const skippedTest: Rule = {
  name: 'skipped-test',
  reason: 'A test that does not run proves nothing: fix it or remove it.',
  check: ({ files, sources }) => [
    ...sources.filter(({ path }) => /^(?:tests|features)\//.test(path)).flatMap(checkCode),
    ...files.filter(({ path }) => path.endsWith('.feature')).flatMap(checkFeature),
  ],
};
