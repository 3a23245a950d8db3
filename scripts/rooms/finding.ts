import type { Project } from './project.js';

/** One place that breaks a rule. */
export interface Finding {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  /** Line, counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** A rule of the house: its name, why it exists, and how to find what breaks it. */
export interface Rule {
  readonly name: string;
  /** Printed with every finding, so that nobody has to ask why. */
  readonly reason: string;
  check(project: Project): readonly Omit<Finding, 'rule'>[];
}

/** A finding with the reason of its rule. */
export interface ReasonedFinding extends Finding {
  readonly reason: string;
}

/** Runs the rules over a project; findings come in the order of files and lines. */
export const applyRules = (project: Project, rules: readonly Rule[]): ReasonedFinding[] =>
  rules
    .flatMap((rule) => rule.check(project).map((finding) => ({ ...finding, rule: rule.name, reason: rule.reason })))
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
