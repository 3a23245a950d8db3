import { auth, password, security } from './auth.js';
import { config } from './config.js';
import { features } from './feature-flags.js';
import { mail } from './mail.js';
import { operatorConsole } from './operator-console.js';
import { rateLimit } from './rate-limit.js';
import { api, cors, docs, logging, maintenance, metrics, registration, server, telemetry } from './server.js';
import { OpenSection, Setting, type SettingsOf } from './setting.js';
import { audit, cache, database, redis, users } from './stores.js';

/** All keys. A new key is one entry in the file of its section. */
export const schema = {
  server,
  metrics,
  logging,
  docs,
  console: operatorConsole,
  maintenance,
  api,
  registration,
  features,
  config,
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

/** A node of the schema: sections and keys by name. */
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

/** The schema as a tree without the types of its values. */
// Setting<unknown> is only safe for values that its own format has parsed.
export const schemaTree = schema as unknown as SchemaNode;

/** The keys of every configuration, dotted, in the order of the documentation. */
export const settings: ReadonlyMap<string, Setting<unknown>> = new Map(flatten(schemaTree, []));

/** Sections whose keys operators define, by name; they are at the top level. */
export const openSections: ReadonlyMap<string, OpenSection<unknown>> = new Map(
  Object.entries(schemaTree).filter((section): section is [string, OpenSection<unknown>] => {
    return section[1] instanceof OpenSection;
  }),
);

/** The open section of a key; undefined for keys of the schema. */
export const openSectionOf = (key: string): OpenSection<unknown> | undefined => {
  const dot = key.indexOf('.');
  const section = openSections.get(key.slice(0, Math.max(0, dot)));
  return section?.options.isName(key.slice(dot + 1)) === true ? section : undefined;
};

/** The description of a key, also in an open section; undefined if the key cannot exist. */
export const settingOf = (key: string): Setting<unknown> | undefined =>
  settings.get(key) ?? openSectionOf(key)?.options.entry;

/** All keys of some values in the order of the documentation, then those of open sections, sorted by name. */
export const settingsIn = (...values: readonly ReadonlyMap<string, unknown>[]): [string, Setting<unknown>][] => {
  const named = new Set(values.flatMap((map) => [...map.keys()].filter((key) => openSectionOf(key) !== undefined)));
  const added = [...named].sort().map((key) => [key, settingOf(key)] as [string, Setting<unknown>]);
  return [...settings, ...added];
};

/**
 * The environment variable of a key.
 * @example environmentName('rateLimit.login.points') // ROLLCALL_RATE_LIMIT_LOGIN_POINTS
 */
export const environmentName = (key: string): string =>
  `ROLLCALL_${key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;

/**
 * The key of an open section that a variable sets. Two consecutive capitals in a name are not restored.
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

type Plain = SettingsOf<typeof schema>;

/**
 * The settings: frozen, with types from the schema. Durations are milliseconds, sizes are bytes. Secrets that are generated and
 * the directory of the outbox are filled in.
 */
export type Settings = Omit<Plain, 'auth' | 'password' | 'mail'> & {
  readonly auth: Omit<Plain['auth'], 'keys'> & {
    readonly keys: Omit<Plain['auth']['keys'], 'encryptionKey'> & { readonly encryptionKey: string };
  };
  readonly password: Omit<Plain['password'], 'pepper'> & { readonly pepper: string };
  readonly mail: Omit<Plain['mail'], 'outboxDir'> & { readonly outboxDir: string };
};
