/** What a scenario left behind in the process. */
export interface ProcessLeak {
  /** The object: kind, and port, folder, command or name. */
  readonly what: string;
  /** Path and line where it was created, or the step. */
  readonly where?: string | undefined;
  /** What was done about it, and how the step avoids it. */
  readonly cure: string;
}

/** One sentence about a leak. */
export const leakText = ({ what, where, cure }: ProcessLeak): string =>
  `it left behind ${what}${where === undefined ? '' : `, created ${where.startsWith('the step') ? 'in' : 'at'} ${where}`}. ${cure}`;
