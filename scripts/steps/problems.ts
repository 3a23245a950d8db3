/** A step definition with its position. */
export interface StepDefinition {
  /** The Cucumber expression, or the source of the regular expression. */
  readonly pattern: string;
  readonly file: string;
  readonly line: number;
  /** The sources of the regular expressions of its parameter types. */
  readonly parameters: readonly string[];
  readonly matches: (text: string) => boolean;
}

/**
 * The number of step definitions that the features may have: 300 for requests to the API and for commands, and 150 for
 * the console, whose scenarios use a browser instead.
 */
export const maxDefinitions = 450;

const stopWords: ReadonlySet<string> = new Set('a an the is are was were has have it its that this then'.split(' '));

/** The text of a pattern without parameters' types, optional letters, punctuation, articles and plurals. */
export const normalizePattern = (pattern: string): string =>
  pattern
    .toLowerCase()
    .replaceAll(/\{[^}]*\}/g, ' {} ')
    .replaceAll(/\([^)]*\)/g, ' ')
    .replaceAll(/[^a-z0-9{}\s]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '' && !stopWords.has(word))
    .map((word) => word.replace(/s$/, ''))
    .join(' ');

const at = ({ file, line }: StepDefinition): string => `${file}:${String(line)}`;

const findUnused = (definitions: readonly StepDefinition[], steps: ReadonlySet<string>): string[] =>
  definitions
    .filter(({ matches }) => ![...steps].some((text) => matches(text)))
    .map((definition) => `${at(definition)}: no feature uses "${definition.pattern}"`);

const findDuplicates = (definitions: readonly StepDefinition[]): string[] => {
  const first = new Map<string, StepDefinition>();
  return definitions.flatMap((definition) => {
    const key = normalizePattern(definition.pattern);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, definition);
      return [];
    }
    return [`${at(definition)}: "${definition.pattern}" is a near-duplicate of "${other.pattern}" (${at(other)})`];
  });
};

/**
 * Finds unused definitions, near-duplicates, and definitions beyond the limit.
 * @param steps the text of every step of every scenario
 * @param limit the number of definitions that are allowed
 */
export const findProblems = (
  definitions: readonly StepDefinition[],
  steps: Iterable<string>,
  limit = maxDefinitions,
): string[] => {
  const firstExtra = definitions[limit];
  return [
    ...findUnused(definitions, new Set(steps)),
    ...findDuplicates(definitions),
    ...(firstExtra === undefined
      ? []
      : [`${at(firstExtra)}: ${String(definitions.length)} step definitions; ${String(limit)} are allowed`]),
  ];
};
