import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, type SourceFile } from './project.js';

/** One module that a file refers to, in any form: import, export from, import(), require(), or a type import. */
export interface ModuleReference {
  readonly specifier: string;
  readonly line: number;
}

const isModuleCall = (node: ts.CallExpression): boolean =>
  node.expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(node.expression) && node.expression.text === 'require');

const specifierOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isCallExpression(node) && isModuleCall(node)) return node.arguments[0];
  return undefined;
};

/** Every module that a file refers to by a literal name. */
export const moduleReferences = (source: SourceFile): ModuleReference[] => {
  const found: ModuleReference[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      found.push({ specifier: specifier.text, line: lineOf(source.tree, node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return found;
};

/** The path from the root that a relative specifier means; undefined for a package. */
export const resolveRelative = (from: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts') : undefined;

/** The package of a bare specifier: `@scope/name` or `name`; undefined for relative paths and for Node's own modules. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
};
