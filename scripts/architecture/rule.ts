import type { Project } from './project.js';

/** One violation of a rule. */
export interface Violation {
  /** Path from the project root, with forward slashes. */
  readonly file: string;
  /** 1-based line. */
  readonly line: number;
  readonly message: string;
}

/** An architecture rule. */
export interface Rule {
  readonly name: string;
  /** Why the rule exists; printed with every violation. */
  readonly reason: string;
  check(project: Project): readonly Violation[];
}

/** A file that may violate a rule. */
export interface Exception {
  readonly rule: string;
  readonly file: string;
  readonly reason: string;
}

/** A violation with the name and the reason of its rule. */
export interface Finding extends Violation {
  readonly rule: string;
  readonly reason: string;
}

const isExcepted = ({ rule, file }: Finding, exceptions: readonly Exception[]): boolean =>
  exceptions.some((exception) => exception.rule === rule && exception.file === file);

const unusedExceptions = (findings: readonly Finding[], exceptions: readonly Exception[]): Finding[] =>
  exceptions
    .filter(({ rule, file }) => !findings.some((finding) => finding.rule === rule && finding.file === file))
    .map(({ rule, file }) => ({
      rule: 'unused-exception',
      reason: 'An exception that is no longer needed would hide the next violation.',
      file,
      line: 1,
      message: `no longer violates ${rule}; remove its entry from scripts/architecture/exceptions.json`,
    }));

/** Checks a project against the rules. Findings are sorted by file and line. */
export const applyRules = (
  project: Project,
  rules: readonly Rule[],
  exceptions: readonly Exception[] = [],
): Finding[] => {
  const findings = rules.flatMap((rule) =>
    rule.check(project).map((violation) => ({ ...violation, rule: rule.name, reason: rule.reason })),
  );
  return [
    ...findings.filter((finding) => !isExcepted(finding, exceptions)),
    ...unusedExceptions(findings, exceptions),
  ].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
};
