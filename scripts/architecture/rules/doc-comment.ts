import ts from 'typescript';
import { isProductionCode, lineOf, type SourceFile } from '../project.js';
import type { Rule } from '../rule.js';

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);

const localNames = (node: ts.Statement): string[] => {
  if (!ts.isExportDeclaration(node) || node.moduleSpecifier || !node.exportClause) return [];
  if (!ts.isNamedExports(node.exportClause)) return [];
  return node.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
};

const namesOf = (node: ts.Statement): string[] => {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText());
  if (ts.isExportAssignment(node)) return ['default'];
  const { name } = node as ts.Statement & { readonly name?: ts.Identifier };
  return [name?.text ?? 'default'];
};

/** Whether a doc comment with at least one word precedes the statement. */
const hasDocComment = ({ text }: SourceFile, node: ts.Statement): boolean =>
  (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []).some(({ pos, end }) =>
    /^\/\*\*[\s\S]*\w/.test(text.slice(pos, end)),
  );

const undocumented = (source: SourceFile): ts.Statement[] => {
  const { statements } = source.tree;
  const exportedLater = new Set(statements.flatMap(localNames));
  const documented = new Set<string>();
  return statements.filter((node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return false;
    const names = namesOf(node);
    if (!isExported(node) && !ts.isExportAssignment(node) && !names.some((name) => exportedLater.has(name))) {
      return false;
    }
    // Overloads, and a type and a value with the same name, share one comment.
    if (!hasDocComment(source, node)) return !names.every((name) => documented.has(name));
    names.forEach((name) => documented.add(name));
    return false;
  });
};

/** Every export of `src` and `packages` has a doc comment. */
export const docComment: Rule = {
  name: 'doc-comment',
  reason: 'A caller should learn the purpose, units and error codes of an export without reading its code.',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => isProductionCode(path))
      .flatMap((source) =>
        undocumented(source).map((node) => ({
          file: source.path,
          line: lineOf(source.tree, node),
          message: `${namesOf(node).join(', ')} is exported without a doc comment`,
        })),
      ),
};
