import { auth } from './schema/auth.js';
import { cache } from './schema/cache.js';
import { database } from './schema/database.js';
import { mail } from './schema/mail.js';
import { api, cors, docs, logging, metrics, registration } from './schema/operation.js';
import { password, security } from './schema/password.js';
import { rateLimit } from './schema/rate-limit.js';
import { audit, users } from './schema/retention.js';
import { server } from './schema/server.js';
import { Setting } from './schema/setting.js';

/** Every key that the service knows. A new key is one entry in one section file. */
export const schema = {
  server,
  metrics,
  logging,
  docs,
  api,
  registration,
  cors,
  database,
  cache,
  rateLimit,
  auth,
  password,
  security,
  users,
  audit,
  mail,
};

/** A branch of the schema: sections and keys by name. */
export interface SchemaNode {
  readonly [name: string]: SchemaNode | Setting<unknown>;
}

const flatten = (node: SchemaNode, path: readonly string[]): [string, Setting<unknown>][] =>
  Object.entries(node).flatMap(([name, child]) =>
    child instanceof Setting
      ? [[[...path, name].join('.'), child] satisfies [string, Setting<unknown>]]
      : flatten(child, [...path, name]),
  );

/** The schema as a tree whose leaves have lost their types. */
// A Setting<T> takes a T in `show`, so Setting<unknown> is only safe for values that its own format has read.
export const schemaTree = schema as unknown as SchemaNode;

/** All keys, dotted, in the order in which they are documented. */
export const settings: ReadonlyMap<string, Setting<unknown>> = new Map(flatten(schemaTree, []));

/**
 * The environment variable of a key, made mechanically.
 * @example environmentName('rateLimit.login.points') // ROLLCALL_RATE_LIMIT_LOGIN_POINTS
 */
export const environmentName = (key: string): string =>
  `ROLLCALL_${key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
