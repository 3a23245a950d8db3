import type { RollcallWorld } from '../world.js';

/** Finds the path of a resource when the step runs. */
export type Resource = (world: RollcallWorld) => string;

const admin = '/api/v1/admin';

/** Replaces `<Ada>` in a query by the id of that account. */
const withIds = (world: RollcallWorld, query: string): string =>
  query.replaceAll(/<(\w+)>/g, (_, name: string) => world.user(name).id ?? '');

const query = '(?: with "([^"]*)")?';

const listPath =
  (path: string) =>
  (value: string | undefined): Resource =>
  (world) =>
    value === undefined ? path : `${path}?${withIds(world, value)}`;

const fixedPath = (path: string) => (): Resource => () => path;

/** How steps name what a client requests; the group is a query or a name. */
const resources: readonly (readonly [pattern: string, path: (value: string | undefined) => Resource])[] = [
  ['the health check', fixedPath('/api/health')],
  ['the uptime', fixedPath('/api/healthz')],
  ['the readiness check', fixedPath('/api/ready')],
  [
    'the version as "([^"]*)"',
    (format = '') =>
      () =>
        `/api/version?format=${format}`,
  ],
  ['the version', fixedPath('/api/version')],
  ['the service information', fixedPath('/api/info')],
  ['the public keys', fixedPath('/.well-known/jwks.json')],
  ['the API document', fixedPath('/openapi.json')],
  ['the documentation page', fixedPath('/docs')],
  ['the configuration', fixedPath(`${admin}/config`)],
  [`the overrides${query}`, listPath(`${admin}/config/overrides`)],
  [`the scheduled changes${query}`, listPath(`${admin}/config/scheduled`)],
  [`the differences of revisions${query}`, listPath(`${admin}/config/compare`)],
  ['the JSON Schema of the configuration', fixedPath(`${admin}/config/schema`)],
  [`the revision history${query}`, listPath(`${admin}/config/revisions`)],
  [
    'revision (\\S+)',
    (revision = '') =>
      () =>
        `${admin}/config/revisions/${revision}`,
  ],
  ['the roles', fixedPath(`${admin}/roles`)],
  [
    'the role "([^"]*)"',
    (name = '') =>
      () =>
        `${admin}/roles/${name}`,
  ],
  ['the permissions', fixedPath(`${admin}/permissions`)],
  ['the signing keys', fixedPath(`${admin}/jwt/secrets`)],
  ['the data export', fixedPath('/api/v1/users/me/export')],
  ['the feature flags', fixedPath('/api/v1/users/me/features')],
  [`the users${query}`, listPath(`${admin}/users`)],
  [
    'the audit log of that request',
    () => (world) => `${admin}/audit-events?request_id=${encodeURIComponent(world.response.requestId ?? '')}`,
  ],
  [
    'the first of the listed events',
    () => (world) => {
      const [event] = world.response.json<{ data: { id: string }[] }>().data;
      return `${admin}/audit-events?id=${event?.id ?? ''}`;
    },
  ],
  [`the audit log${query}`, listPath(`${admin}/audit-events`)],
];

/** Matches the name of a resource in a step. */
export const resourcePattern = new RegExp(
  resources.map(([pattern]) => pattern.replaceAll(/\((?!\?)/g, '(?:')).join('|'),
);

/** Finds the resource that a step names. */
export const parseResource = (text: string): Resource => {
  for (const [pattern, path] of resources) {
    const match = new RegExp(`^${pattern}$`).exec(text);
    if (match !== null) return path(match[1]);
  }
  throw new TypeError(`unknown resource "${text}"`);
};

/** Reads a list page by page and returns the pages. `between` runs after each of them. */
export const readPages = async <Row>(
  world: RollcallWorld,
  { as, path, between }: { as: string; path: string; between?: (rows: readonly Row[]) => Promise<unknown> },
): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const next = cursor === '' ? '' : `&cursor=${cursor}`;
    const response = await world.send('GET', `${path}${next}`, { as });
    if (response.status !== 200) throw new Error(response.text);
    const page = response.json<{ data: Row[]; next_cursor: string | null }>();
    rows.push(...page.data);
    cursor = page.next_cursor;
    await between?.(rows);
  }
  return rows;
};
