import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, type SourceFile } from './project.js';

/** A module that a file refers to: import, export from, import(), require(), require.resolve() or a type import. */
export interface ModuleReference {
  readonly specifier: string;
  /** 1-based line. */
  readonly line: number;
}

/** `createRequire(…)`, which returns a `require` function. */
const isCreateRequire = (node: ts.Expression): boolean =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'createRequire';

const isModuleCall = ({ expression }: ts.CallExpression): boolean => {
  if (expression.kind === ts.SyntaxKind.ImportKeyword || isCreateRequire(expression)) return true;
  if (ts.isIdentifier(expression)) return expression.text === 'require';
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'resolve' &&
    (isCreateRequire(expression.expression) || /^(?:require|import\.meta)$/.test(expression.expression.getText()))
  );
};

const specifierOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isCallExpression(node) && isModuleCall(node)) return node.arguments[0];
  return undefined;
};

/** All modules that a file refers to by a string literal. */
export const moduleReferences = (source: SourceFile): ModuleReference[] => {
  const references: ModuleReference[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      references.push({ specifier: specifier.text, line: lineOf(source.tree, node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return references;
};

/** The path from the project root of a relative specifier; undefined for a package. */
export const resolveRelative = (from: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts') : undefined;

/** The package name in a specifier, `@scope/name` or `name`; undefined for relative paths and modules of Node.js. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
};
