import { lineAt, type Project } from '../project.js';
import type { Rule, Violation } from '../rule.js';

/** The fields of a route that this rule checks. */
export interface Endpoint {
  readonly method: string;
  /** URL path with parameters as `:name`. */
  readonly path: string;
  /** The file of the handler in `src/handlers`, without the extension. */
  readonly module: string;
}

/** Handler folders whose features are in `features/ops`. */
const operations: ReadonlySet<string> = new Set(['system', 'docs']);

/** The folder of a versioned path: `users/me/sessions` for `/api/v1/users/me/sessions/:id`; undefined for other paths. */
const resourceOf = (path: string): string | undefined =>
  /^\/api\/v\d+\/(.+)$/
    .exec(path)?.[1]
    ?.split('/')
    .filter((segment) => !segment.startsWith(':'))
    .join('/');

/** A handler is a verb in the folder of its resource (users/me/show), or is named after the path (auth/login). */
const matchesPath = (module: string, resource: string): boolean =>
  module === resource || module.slice(0, Math.max(0, module.lastIndexOf('/'))) === resource;

const featureFolderOf = (module: string): string => {
  const [domain = ''] = module.split('/');
  return `features/${operations.has(domain) ? 'ops' : domain}/`;
};

const validateEndpoint = ({ paths, files }: Project, { path, module }: Endpoint): string[] => {
  const resource = resourceOf(path);
  const folder = featureFolderOf(module);
  return [
    paths.has(`src/handlers/${module}.ts`) ? '' : `missing src/handlers/${module}.ts`,
    resource === undefined || matchesPath(module, resource)
      ? ''
      : `${module} does not match the path: expected ${resource} or ${resource}/<verb>`,
    files.some((file) => file.path.startsWith(folder) && file.path.endsWith('.feature'))
      ? ''
      : `no feature in ${folder}`,
  ].filter(Boolean);
};

/** The line of the route table with the handler. */
const locate = ({ files }: Project, { module }: Endpoint): Pick<Violation, 'file' | 'line'> => {
  const table = files.find(({ path, text }) => path.startsWith('src/routes/') && text.includes(`'${module}'`));
  return table
    ? { file: table.path, line: lineAt(table.text, table.text.indexOf(`'${module}'`)) }
    : { file: 'src/routes/index.ts', line: 1 };
};

const duplicates = (endpoints: readonly Endpoint[], keyOf: (endpoint: Endpoint) => string): Endpoint[] =>
  endpoints.filter((endpoint, index) => endpoints.findIndex((other) => keyOf(other) === keyOf(endpoint)) < index);

/**
 * Each endpoint has a handler at the path of its URL, and a feature in the folder of its domain.
 * @param endpoints the routes of all route tables
 */
export const handlerPath = (endpoints: readonly Endpoint[]): Rule => ({
  name: 'handler-path',
  reason: 'The URL of an endpoint leads to its handler and its scenarios without a search.',
  check: (project) => {
    const violation = (endpoint: Endpoint, message: string): Violation => ({
      ...locate(project, endpoint),
      message: `${endpoint.method} ${endpoint.path}: ${message}`,
    });
    return [
      ...endpoints.flatMap((endpoint) =>
        validateEndpoint(project, endpoint).map((message) => violation(endpoint, message)),
      ),
      ...duplicates(endpoints, ({ module }) => module).map((endpoint) =>
        violation(endpoint, `${endpoint.module} is already the handler of another endpoint`),
      ),
      ...duplicates(endpoints, ({ method, path }) => `${method} ${path}`).map((endpoint) =>
        violation(endpoint, 'duplicate route'),
      ),
    ];
  },
});
