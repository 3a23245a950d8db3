/** Files that violate a rule, and files that do not. */
export interface Example {
  readonly rule: string;
  readonly violation: string;
  readonly invalid: Readonly<Record<string, string>>;
  /** `file:line` of each finding in the invalid tree. */
  readonly findings: readonly string[];
  readonly valid: Readonly<Record<string, string>>;
}
