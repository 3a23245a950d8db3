import { auth } from './auth.js';
import { cache } from './cache.js';
import { database } from './database.js';
import { mail } from './mail.js';
import { api, cors, docs, logging, maintenance, metrics, registration } from './operation.js';
import { password, security } from './password.js';
import { rateLimit } from './rate-limit.js';
import { audit, users } from './retention.js';
import { redis } from './redis.js';
import { server } from './server.js';
import { OpenSection, Setting } from './setting.js';
import { features } from './switch.js';
import { telemetry } from './telemetry.js';

/** Every key that the service knows. A new key is one entry in one section file. */
export const schema = {
  server,
  metrics,
  logging,
  docs,
  maintenance,
  api,
  registration,
  features,
  cors,
  database,
  redis,
  cache,
  rateLimit,
  auth,
  password,
  security,
  users,
  audit,
  mail,
  telemetry,
};

/** A branch of the schema: sections and keys by name. */
export interface SchemaNode {
  readonly [name: string]: SchemaNode | Setting<unknown> | OpenSection<unknown>;
}

const flatten = (node: SchemaNode, path: readonly string[]): [string, Setting<unknown>][] =>
  Object.entries(node).flatMap(([name, child]) => {
    if (child instanceof OpenSection) return [];
    return child instanceof Setting
      ? [[[...path, name].join('.'), child] satisfies [string, Setting<unknown>]]
      : flatten(child, [...path, name]);
  });

/** The schema as a tree whose leaves have lost their types. */
// A Setting<T> takes a T in `show`, so Setting<unknown> is only safe for values that its own format has read.
export const schemaTree = schema as unknown as SchemaNode;

/** The keys that every configuration has, dotted, in the order in which they are documented. */
export const settings: ReadonlyMap<string, Setting<unknown>> = new Map(flatten(schemaTree, []));

/** The sections whose keys the operator names, by name; all of them stand at the top of the schema. */
export const openSections: ReadonlyMap<string, OpenSection<unknown>> = new Map(
  Object.entries(schemaTree).filter((section): section is [string, OpenSection<unknown>] => {
    return section[1] instanceof OpenSection;
  }),
);

/** The open section that a key belongs to; undefined for the keys that every configuration has. */
export const openSectionOf = (key: string): OpenSection<unknown> | undefined => {
  const dot = key.indexOf('.');
  const section = openSections.get(key.slice(0, Math.max(0, dot)));
  return section?.options.isName(key.slice(dot + 1)) === true ? section : undefined;
};

/** What a key means, whether every configuration has it or an operator has named it; undefined where it cannot be one. */
export const settingOf = (key: string): Setting<unknown> | undefined =>
  settings.get(key) ?? openSectionOf(key)?.options.entry;

/** All keys of some values, as they are documented, and after them those that operators have named, by name. */
export const settingsIn = (...values: readonly ReadonlyMap<string, unknown>[]): [string, Setting<unknown>][] => {
  const named = new Set(values.flatMap((map) => [...map.keys()].filter((key) => openSectionOf(key) !== undefined)));
  const added = [...named].sort().map((key) => [key, settingOf(key)] as [string, Setting<unknown>]);
  return [...settings, ...added];
};

/**
 * The environment variable of a key, made mechanically.
 * @example environmentName('rateLimit.login.points') // ROLLCALL_RATE_LIMIT_LOGIN_POINTS
 */
export const environmentName = (key: string): string =>
  `ROLLCALL_${key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;

/**
 * The key of an open section that a variable sets, made as mechanically: the exact inverse where names have no two
 * capitals in a row.
 * @example keyOfVariable('ROLLCALL_FEATURES_NEW_CHECKOUT') // features.newCheckout
 * @returns undefined for any other variable
 */
export const keyOfVariable = (variable: string): string | undefined => {
  const section = [...openSections.keys()].find((name) => variable.startsWith(`${environmentName(name)}_`));
  if (section === undefined) return undefined;
  const words = variable.slice(environmentName(section).length + 1).toLowerCase();
  const key = `${section}.${words.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`;
  return openSectionOf(key) && environmentName(key) === variable ? key : undefined;
};
