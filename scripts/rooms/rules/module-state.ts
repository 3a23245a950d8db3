import ts from 'typescript';
import type { Rule } from '../finding.js';
import { lineOf, type SourceFile } from '../project.js';

interface Held {
  readonly node: ts.Node;
  readonly message: string;
}

/** Classes whose instances never change, or only by a call that nobody makes. */
const immutable = /^(?:RegExp|URL|URLPattern|TextEncoder|TextDecoder|Intl\.\w+|Error)$/;
const readonlyType = /^(?:readonly\b|Readonly)/;
const collections = /^(?:Map|Set)$/;

const unwrap = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)
    ? unwrap(node.expression)
    : node;

/** What a value would let a module remember, if anything. */
const memoryOf = (initializer: ts.Expression, type: ts.TypeNode | undefined): string | undefined => {
  const value = unwrap(initializer);
  const isReadonly = readonlyType.test(type?.getText() ?? '');
  if (ts.isNewExpression(value)) {
    const name = value.expression.getText();
    if (immutable.test(name)) return undefined;
    if (!collections.test(name)) return `a new ${name}`;
    return isReadonly ? undefined : `a new ${name}; declare it as Readonly${name}<…> if nobody changes it`;
  }
  const isEmpty =
    (ts.isArrayLiteralExpression(value) && value.elements.length === 0) ||
    (ts.isObjectLiteralExpression(value) && value.properties.length === 0);
  return isEmpty && !isReadonly ? 'an empty literal, which only makes sense when it is filled later' : undefined;
};

const ofVariables = (node: ts.VariableStatement): Held[] => {
  if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) {
    return [];
  }
  if (!(node.declarationList.flags & ts.NodeFlags.Const)) return [{ node, message: 'a variable at module level' }];
  return node.declarationList.declarations.flatMap(({ name, initializer, type }) => {
    const memory = initializer && memoryOf(initializer, type);
    return memory === undefined ? [] : [{ node: name, message: `${name.getText()} holds ${memory}` }];
  });
};

const ofClass = (node: ts.ClassDeclaration): Held[] =>
  node.members.filter(ts.isPropertyDeclaration).flatMap((member) => {
    const kinds = ts.getModifiers(member)?.map(({ kind }) => kind) ?? [];
    if (!kinds.includes(ts.SyntaxKind.StaticKeyword)) return [];
    const name = `static ${member.name.getText()}`;
    const isReadonly = kinds.includes(ts.SyntaxKind.ReadonlyKeyword) || kinds.includes(ts.SyntaxKind.OverrideKeyword);
    if (!isReadonly) return [{ node: member, message: `${name} is not readonly` }];
    const memory = member.initializer && memoryOf(member.initializer, member.type);
    return memory === undefined ? [] : [{ node: member, message: `${name} holds ${memory}` }];
  });

const held = ({ tree }: SourceFile): Held[] =>
  tree.statements.flatMap((node) => {
    if (ts.isVariableStatement(node)) return ofVariables(node);
    return ts.isClassDeclaration(node) ? ofClass(node) : [];
  });

/** No module of src remembers anything between calls. */
export const moduleState: Rule = {
  name: 'module-state',
  reason:
    'two apps on two schemas run in one process without noticing each other: what an app needs comes in by argument',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/'))
      .flatMap((source) =>
        held(source).map(({ node, message }) => ({ file: source.path, line: lineOf(source.tree, node), message })),
      ),
};
