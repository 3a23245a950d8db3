import ts from 'typescript';
import type { TextFile } from '../architecture/project.js';

/** Replaces the matches of a pattern with spaces, so that offsets stay the same. */
const blank = (text: string, pattern: RegExp): string => text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));

const codeBlock = /^[ \t]*(?:```|~~~)[\s\S]*?^[ \t]*(?:```|~~~)/gm;
const codeSpan = /`[^`\n]*`/g;
const commentMarker = /^[ \t]*(?:\/\*\*?|\*\/|\*|\/\/)|\*\/$/gm;

/** A string without its code spans, a part of a template, or blanks for any other token. */
const proseOfToken = (node: ts.Node, token: string): string => {
  if (ts.isStringLiteral(node)) return blank(token, codeSpan);
  const isTemplate =
    ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
  return isTemplate ? token : blank(token, /[^]/g);
};

/** A text file, with its syntax tree if it is TypeScript. */
export interface CheckedFile extends TextFile {
  readonly tree?: ts.SourceFile;
}

/** The comments and strings of a syntax tree. */
const proseOfCode = (tree: ts.SourceFile): string => {
  const parts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(tree);
    children.forEach(visit);
    if (children.length > 0) return;
    // Only white space and comments precede a token.
    const start = node.getStart(tree);
    parts.push(blank(blank(tree.text.slice(node.pos, start), commentMarker), codeSpan));
    parts.push(proseOfToken(node, tree.text.slice(start, node.end)));
  };
  visit(tree);
  return parts.join('');
};

/**
 * The text of a file that is written for people: comments and strings of TypeScript, comments of YAML and shell scripts,
 * Markdown without code, and feature files. The rest is replaced with spaces, so that offsets stay the same.
 */
export const proseOf = ({ path, text, tree }: CheckedFile): string => {
  if (tree) return proseOfCode(tree);
  if (path.endsWith('.md')) return blank(blank(text, codeBlock), codeSpan);
  if (path.endsWith('.feature')) return text;
  return path.endsWith('.json') ? '' : blank(text, /^[^#\n]*#?|^#!.*/gm);
};

/** The identifiers of a TypeScript file with their offsets. */
export const identifiersOf = ({ tree }: CheckedFile): { readonly name: string; readonly offset: number }[] => {
  const identifiers: { name: string; offset: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.push({ name: node.text, offset: node.getStart(tree) });
    ts.forEachChild(node, visit);
  };
  if (tree) visit(tree);
  return identifiers;
};
