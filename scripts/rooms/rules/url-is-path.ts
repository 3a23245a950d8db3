import type { Finding, Rule } from '../finding.js';
import { lineAt, type Project } from '../project.js';

/** What this rule reads of a row of the route tables. */
export interface EndpointRow {
  readonly method: string;
  /** The path of the URL, with parameters as `:name`. */
  readonly path: string;
  /** The handler's file below src/handlers, without its extension. */
  readonly at: string;
}

type Place = Omit<Finding, 'rule'>;

/** Where the scenarios of handlers stand whose folder is no domain of its own: what operators ask of the service. */
const operations: ReadonlySet<string> = new Set(['system', 'docs']);

/** The folders that a versioned path names: `/api/v1/users/me/sessions/:id` is users/me/sessions; undefined for other paths. */
const resourceOf = (path: string): string | undefined =>
  /^\/api\/v\d+\/(.+)$/
    .exec(path)?.[1]
    ?.split('/')
    .filter((segment) => !segment.startsWith(':'))
    .join('/');

/** A handler is the verb in its resource's folder (users/me/show), or is named by the path itself (auth/login). */
const mirrors = (at: string, resource: string): boolean =>
  at === resource || at.slice(0, Math.max(0, at.lastIndexOf('/'))) === resource;

const featureFolderOf = (at: string): string => {
  const [domain = ''] = at.split('/');
  return `features/${operations.has(domain) ? 'ops' : domain}/`;
};

const faultsOf = ({ paths, files }: Project, { path, at }: EndpointRow): string[] => {
  const resource = resourceOf(path);
  const folder = featureFolderOf(at);
  return [
    paths.has(`src/handlers/${at}.ts`) ? '' : `there is no src/handlers/${at}.ts`,
    resource === undefined || mirrors(at, resource)
      ? ''
      : `${at} does not mirror the path: expected ${resource} or ${resource}/<verb>`,
    files.some((file) => file.path.startsWith(folder) && file.path.endsWith('.feature'))
      ? ''
      : `there is no feature in ${folder}`,
  ].filter(Boolean);
};

/** Where a route table names the handler. */
const placeOf = ({ files }: Project, { at }: EndpointRow): Pick<Finding, 'file' | 'line'> => {
  const table = files.find(({ path, text }) => path.startsWith('src/routes/') && text.includes(`'${at}'`));
  return table
    ? { file: table.path, line: lineAt(table.text, table.text.indexOf(`'${at}'`)) }
    : { file: 'src/routes/index.ts', line: 1 };
};

const repeated = (endpoints: readonly EndpointRow[], keyOf: (row: EndpointRow) => string): EndpointRow[] =>
  endpoints.filter((row, index) => endpoints.findIndex((other) => keyOf(other) === keyOf(row)) < index);

/**
 * The URL is the path: each endpoint has its handler's file at the mirrored path, and a feature in the mirrored folder.
 * @param endpoints the rows of all route tables
 */
export const urlIsPath = (endpoints: readonly EndpointRow[]): Rule => ({
  name: 'url-is-path',
  reason: 'who knows the URL finds the handler and its scenarios without a search',
  check: (project) => {
    const place = (row: EndpointRow, message: string): Place => ({
      ...placeOf(project, row),
      message: `${row.method} ${row.path}: ${message}`,
    });
    return [
      ...endpoints.flatMap((row) => faultsOf(project, row).map((message) => place(row, message))),
      ...repeated(endpoints, ({ at }) => at).map((row) => place(row, `${row.at} already serves another endpoint`)),
      ...repeated(endpoints, ({ method, path }) => `${method} ${path}`).map((row) => place(row, 'is listed twice')),
    ];
  },
});
