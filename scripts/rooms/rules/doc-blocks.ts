import ts from 'typescript';
import type { Rule } from '../finding.js';
import { lineOf, type SourceFile } from '../project.js';

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

/** Whether a doc block with at least one word stands before the statement. */
const hasDocBlock = ({ text }: SourceFile, node: ts.Statement): boolean =>
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
    // Overloads, and a type and a value of one name, share the block of the first.
    if (!hasDocBlock(source, node)) return !names.every((name) => documented.has(name));
    names.forEach((name) => documented.add(name));
    return false;
  });
};

/** Every export of src says in a doc block what it is for. */
export const docBlocks: Rule = {
  name: 'doc-block',
  reason: 'who calls an export should learn what it is for, its units and its error codes without reading its body',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/'))
      .flatMap((source) =>
        undocumented(source).map((node) => ({
          file: source.path,
          line: lineOf(source.tree, node),
          message: `${namesOf(node).join(', ')} is exported without a doc block`,
        })),
      ),
};
