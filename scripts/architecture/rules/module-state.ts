import ts from 'typescript';
import { isProductionCode, lineOf, type SourceFile } from '../project.js';
import type { Rule } from '../rule.js';

interface State {
  readonly node: ts.Node;
  readonly message: string;
}

/** Classes whose instances are not modified. */
const immutable = /^(?:RegExp|URL|URLPattern|TextEncoder|TextDecoder|Intl\.\w+|Error)$/;
const readonlyType = /^(?:readonly\b|Readonly)/;
const collections = /^(?:Map|Set)$/;

const unwrap = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)
    ? unwrap(node.expression)
    : node;

/** Describes the mutable state in the initializer of a variable; undefined if there is none. */
const describeState = (initializer: ts.Expression, type: ts.TypeNode | undefined): string | undefined => {
  const value = unwrap(initializer);
  const isReadonly = readonlyType.test(type?.getText() ?? '');
  if (ts.isNewExpression(value)) {
    const name = value.expression.getText();
    if (immutable.test(name)) return undefined;
    if (!collections.test(name)) return `a new ${name}`;
    return isReadonly ? undefined : `a new ${name}; declare it as Readonly${name}<…> if it is never modified`;
  }
  const isEmpty =
    (ts.isArrayLiteralExpression(value) && value.elements.length === 0) ||
    (ts.isObjectLiteralExpression(value) && value.properties.length === 0);
  return isEmpty && !isReadonly ? 'an empty literal, which is only useful if it is modified later' : undefined;
};

const inVariables = (node: ts.VariableStatement): State[] => {
  if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) {
    return [];
  }
  if (!(node.declarationList.flags & ts.NodeFlags.Const)) return [{ node, message: 'a module-level variable' }];
  return node.declarationList.declarations.flatMap(({ name, initializer, type }) => {
    const state = initializer && describeState(initializer, type);
    return state === undefined ? [] : [{ node: name, message: `${name.getText()} is ${state}` }];
  });
};

const inClass = (node: ts.ClassDeclaration): State[] =>
  node.members.filter(ts.isPropertyDeclaration).flatMap((member) => {
    const kinds = ts.getModifiers(member)?.map(({ kind }) => kind) ?? [];
    if (!kinds.includes(ts.SyntaxKind.StaticKeyword)) return [];
    const name = `static ${member.name.getText()}`;
    const isReadonly = kinds.includes(ts.SyntaxKind.ReadonlyKeyword) || kinds.includes(ts.SyntaxKind.OverrideKeyword);
    if (!isReadonly) return [{ node: member, message: `${name} is not readonly` }];
    const state = member.initializer && describeState(member.initializer, member.type);
    return state === undefined ? [] : [{ node: member, message: `${name} is ${state}` }];
  });

const findState = ({ tree }: SourceFile): State[] =>
  tree.statements.flatMap((node) => {
    if (ts.isVariableStatement(node)) return inVariables(node);
    return ts.isClassDeclaration(node) ? inClass(node) : [];
  });

/** No module of `src` has mutable state. */
export const moduleState: Rule = {
  name: 'module-state',
  reason:
    'Two apps with different schemas run in one process without affecting each other: pass dependencies as arguments.',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => isProductionCode(path))
      .flatMap((source) =>
        findState(source).map(({ node, message }) => ({ file: source.path, line: lineOf(source.tree, node), message })),
      ),
};
