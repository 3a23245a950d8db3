import { errorsOf, type Contract } from '../../src/contract/contract.js';
import { settings } from '../../src/config/schema/schema.js';
import { problems } from '../../src/errors/codes.js';
import { routeName, type ScenarioCoverage } from '../../features/support/run/coverage.js';
import type { StepEntry } from './gather.js';

/** The input of the page. */
export interface IndexFacts {
  readonly endpoints: readonly Contract[];
  readonly reached: readonly ScenarioCoverage[];
  readonly steps: readonly StepEntry[];
  /** Every action that can be audited. */
  readonly actions: readonly string[];
}

/** The status of unexpected errors, which any route may return. */
export const unexpectedError = 500;

/** The error codes of each status with which an endpoint may reject requests. */
const codesByStatus = (endpoint: Contract): ReadonlyMap<number, readonly string[]> => {
  const byStatus = new Map<number, string[]>();
  for (const code of errorsOf(endpoint)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
};

/** Every status that an endpoint declares, lowest first, except unexpected errors. */
export const declaredStatuses = (endpoint: Contract): number[] =>
  [...new Set([...Object.keys(endpoint.responses).map(Number), ...codesByStatus(endpoint).keys()])]
    .filter((status) => status !== unexpectedError)
    .sort((a, b) => a - b);

/** The scenarios in which a route returned a status. */
export const scenariosOf = (
  reached: readonly ScenarioCoverage[],
  route: string,
  status: number,
): readonly ScenarioCoverage[] => reached.filter(({ routes }) => routes[route]?.includes(status) === true);

const unexpectedErrorsIn = (reached: readonly ScenarioCoverage[]): readonly ScenarioCoverage[] =>
  reached.filter(({ routes }) => Object.values(routes).some((statuses) => statuses.includes(unexpectedError)));

const nameOf = (uri: string): string => uri.replace(/^features\//, '').replace(/\.feature$/, '');

/** Reference links to the features of scenarios; their targets are at the end of the page. */
const featuresOf = (scenarios: readonly ScenarioCoverage[]): string[] => {
  const names = [...new Set(scenarios.map(({ uri }) => nameOf(uri)))].sort();
  return names.length === 0 ? ['none'] : names.map((name) => `[${name}]`);
};

/** The longest line of the page, in characters. */
const maxLine = 160;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;');

/** Rows of a table whose last column is a list. A list that does not fit into a line continues in the next row. */
const rowsWithList = (cells: readonly string[], items: readonly string[]): string[][] => {
  const maxLength = Math.max(40, maxLine - cells.join(' | ').length);
  const lists: string[] = [''];
  for (const item of items) {
    const list = lists.at(-1) ?? '';
    if (list !== '' && list.length + item.length > maxLength) lists.push(item);
    else lists[lists.length - 1] = list === '' ? item : `${list}, ${item}`;
  }
  return lists.map((list, index) => [...(index === 0 ? cells : cells.map(() => '')), list]);
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

const routeSection = (endpoint: Contract, reached: readonly ScenarioCoverage[]): string[] => {
  const route = routeName(endpoint);
  const codes = codesByStatus(endpoint);
  const meaning = (status: number): string =>
    endpoint.responses[status]?.description ?? (codes.get(status) ?? []).map((code) => `\`${code}\``).join(', ');
  const rows = declaredStatuses(endpoint).flatMap((status) =>
    rowsWithList([String(status), cell(meaning(status))], featuresOf(scenariosOf(reached, route, status))),
  );
  return [`### ${route}`, '', ...table(['Status', 'Meaning', 'Features'], rows), ''];
};

const scenarioSection = (uri: string, scenarios: readonly ScenarioCoverage[]): string[] => {
  const rows = scenarios.flatMap(({ name, routes }) =>
    rowsWithList(
      [cell(name)],
      Object.keys(routes).map((route) => `\`${route}\``),
    ),
  );
  return [`### ${nameOf(uri)}`, '', ...table(['Scenario', 'Routes'], rows), ''];
};

/** One section for each file with step definitions. */
const stepSections = (steps: readonly StepEntry[]): string[] =>
  [...new Set(steps.map(({ file }) => file))].flatMap((file) => [
    `### ${file.replace(/^features\/steps\/|\.ts$/g, '')}`,
    '',
    ...steps
      .filter((step) => step.file === file)
      .map(({ expression }) => `- \`${expression.replaceAll(/\s+/g, ' ')}\``),
    '',
  ]);

/** The page, in Markdown. */
export const indexPage = ({ endpoints, reached, steps, actions }: IndexFacts): string => {
  const uris = [...new Set(reached.map(({ uri }) => uri))].sort();
  const keys = [...settings].flatMap(([key, { options }]) =>
    rowsWithList([`\`${key}\``, options.class], featuresOf(reached.filter((scenario) => scenario.keys.includes(key)))),
  );
  return [
    '# Feature index',
    '',
    'Generated by `npx tsx scripts/features-index.ts` from the requests that the scenarios sent. How to write and run scenarios',
    'is described in [Writing features](writing-features.md).',
    '',
    '## Routes',
    '',
    `Every status that a route declares, except ${String(unexpectedError)}, which any route may return after an unexpected error.`,
    `Unexpected errors are covered by ${featuresOf(unexpectedErrorsIn(reached)).join(', ')}.`,
    '',
    ...endpoints.flatMap((endpoint) => routeSection(endpoint, reached)),
    '## Audit actions',
    '',
    'The features whose scenarios record this action in the audit log.',
    '',
    ...table(
      ['Action', 'Features'],
      actions.flatMap((action) =>
        rowsWithList([`\`${action}\``], featuresOf(reached.filter((scenario) => scenario.actions.includes(action)))),
      ),
    ),
    '',
    '## Configuration keys',
    '',
    'The features whose scenarios set this key.',
    '',
    ...table(['Key', 'Class', 'Features'], keys),
    '',
    '## Steps',
    '',
    ...stepSections(steps),
    '## Scenarios',
    '',
    ...uris.flatMap((uri) =>
      scenarioSection(
        uri,
        reached.filter((scenario) => scenario.uri === uri),
      ),
    ),
    ...uris.map((uri) => `[${nameOf(uri)}]: ../${uri}`),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
};
