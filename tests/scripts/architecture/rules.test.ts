import { describe, expect, it } from 'vitest';
import { createProject } from '../../../scripts/architecture/project.js';
import { applyRules } from '../../../scripts/architecture/rule.js';
import { fileRules } from '../../../scripts/architecture/rules/index.js';
import { examples } from './examples.js';

/** The findings of one rule as `file:line`. All rules run, so the test fails if another rule reports the violation instead. */
const findingsOf = (rule: string, texts: Readonly<Record<string, string>>, others: string[] = []): string[] =>
  applyRules(createProject(texts, others), fileRules)
    .filter((finding) => finding.rule === rule)
    .map(({ file, line }) => `${file}:${line}`);

describe('architecture rules', () => {
  it.each(examples)('$rule: reports $violation', ({ rule, invalid, findings }) => {
    expect(findingsOf(rule, invalid)).toEqual(findings);
  });

  it.each(examples)('$rule: accepts files without $violation', ({ rule, valid }) => {
    expect(findingsOf(rule, valid)).toEqual([]);
  });

  it('each have an example', () => {
    expect([...new Set(examples.map(({ rule }) => rule))].sort()).toEqual(fileRules.map(({ name }) => name).sort());
  });

  it('are reported with their reason', () => {
    const findings = applyRules(createProject({ 'src/models/a.ts': 'export const a = 1;\n' }), fileRules);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.reason).toBe(fileRules.find(({ name }) => name === 'doc-comment')?.reason);
  });

  it('do not report files with an exception, but report exceptions that are not needed', () => {
    const project = createProject({ 'src/models/a.ts': 'export const a = 1;\n', 'src/models/b.ts': '' });
    const exceptionFor = (file: string) => ({ rule: 'doc-comment', file, reason: 'example' });
    const findings = applyRules(project, fileRules, [exceptionFor('src/models/a.ts'), exceptionFor('src/models/b.ts')]);
    expect(findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual(['src/models/b.ts unused-exception']);
  });

  it('accept links to binary files', () => {
    expect(findingsOf('broken-link', { 'docs/a.md': '![d](d.png)\n' }, ['docs/d.png'])).toEqual([]);
  });
});
