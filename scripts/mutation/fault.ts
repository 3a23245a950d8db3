/** A planted fault. */
export interface Fault {
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly text: string;
  readonly replacement: string;
  /** Unit tests that must fail. */
  readonly tests: readonly string[];
}

/** Edits of one file, as `[text, replacement]`, that the same tests must notice. */
export const faultsIn = (
  file: string,
  tests: readonly string[],
  edits: readonly (readonly [text: string, replacement: string])[],
): Fault[] => edits.map(([text, replacement]) => ({ file, text, replacement, tests }));

/** Applies a fault to the text of its file. @throws Error if the text does not occur exactly once */
export const applyFault = (source: string, { file, text, replacement }: Fault): string => {
  const [before, after, ...others] = source.split(text);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(
      `${file}: the text of a fault occurs ${after === undefined ? 'nowhere' : 'more than once'}: ${text}`,
    );
  }
  return before + replacement + after;
};

/** The variable with the fault of a run, as JSON. */
export const faultVariable = 'ROLLCALL_FAULT';
