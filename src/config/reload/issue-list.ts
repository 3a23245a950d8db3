import type { ConfigIssue } from '../issue.js';

/** Faults of one layer that are told one by one. */
const maxIssues = 100;

/** What is wrong with one layer: the first issues as they are, and behind them one that says how many more there are. */
export class IssueList {
  readonly #issues: ConfigIssue[] = [];
  #left = 0;

  constructor(private readonly file: string) {}

  /** @param make not called for a issue that is only counted, so that thousands of them cost nothing */
  add(make: () => ConfigIssue): void {
    if (this.#issues.length >= maxIssues) this.#left += 1;
    else this.#issues.push(make());
  }

  /** The issues to tell. */
  toArray(): readonly ConfigIssue[] {
    if (this.#left === 0) return this.#issues;
    const message = this.#left === 1 ? '1 more error' : `${String(this.#left)} more errors`;
    return [...this.#issues, { key: null, file: this.file, code: 'more_faults', message }];
  }
}
