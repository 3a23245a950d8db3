import { isIP } from 'node:net';
import type { ConfigIssue } from '../issue.js';
import { environmentName, keyOfVariable, openSectionOf, settingOf, settings } from '../schema/schema.js';
import { suggest } from '../schema/setting.js';
import { redisUnavailable } from '../schema/stores.js';
import { decodeText, type FileState } from './disk-state.js';
import { type Layer, validateValue } from './validate.js';

/** The environment variables at startup. They are not read from the process here. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key that files cannot change because the environment sets it. */
export interface Pinned {
  readonly key: string;
  readonly variable: string;
}

/** How the environment sets one key. */
interface Binding extends Pinned {
  readonly how: 'text' | 'mount';
  /** The value, or the path of the mounted secret. */
  readonly content: string;
}

/** The environment, before mounted secrets are read. */
export interface EnvironmentPlan {
  readonly bindings: readonly Binding[];
  readonly issues: readonly ConfigIssue[];
  /** Messages for the log at startup. */
  readonly warnings: readonly string[];
}

/** Variables with our prefix that are used elsewhere. */
const knownElsewhere: ReadonlySet<string> = new Set([
  'ROLLCALL_CONFIG_DIR',
  'ROLLCALL_BOOTSTRAP_ADMIN_USERNAME',
  'ROLLCALL_BOOTSTRAP_ADMIN_USERNAME_FILE',
  'ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD',
  'ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD_FILE',
]);

/**
 * Common variables that this release does not support. Platforms set them for every process, so they are only ignored with a
 * warning; our own name, `ROLLCALL_REDIS_URL`, is rejected like the key in a file.
 */
const unavailable: Readonly<Record<string, string>> = { REDIS_URL: redisUnavailable };

// main.ts removes empty variables at startup; this is for callers with another environment.
const given = (env: Environment, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

const bind = (
  env: Environment,
  key: string,
  alias: string | undefined,
): { bindings: Binding[]; issue?: ConfigIssue; warning?: string } => {
  const variable = environmentName(key);
  const [text, path] = [given(env, variable), given(env, `${variable}_FILE`)];
  const customary = alias === undefined ? undefined : given(env, alias);
  if (text !== undefined && path !== undefined) {
    const message = `${variable} and ${variable}_FILE are both set; unset one of them`;
    return { bindings: [], issue: { key, file: variable, code: 'conflict', message } };
  }
  const own: Binding | undefined =
    text !== undefined
      ? { key, variable, how: 'text', content: text }
      : path !== undefined
        ? { key, variable: `${variable}_FILE`, how: 'mount', content: path }
        : undefined;
  if (own !== undefined) {
    const ignored = customary !== undefined && alias !== undefined && customary !== text;
    return { bindings: [own], ...(ignored ? { warning: `${alias} is ignored because ${own.variable} is set` } : {}) };
  }
  if (customary === undefined || alias === undefined) return { bindings: [] };
  return { bindings: [{ key, variable: alias, how: 'text', content: customary }] };
};

/** The key of an open section that a variable sets, directly or with `_FILE`. */
const namedKey = (variable: string): string | undefined => keyOfVariable(variable.replace(/_FILE$/, ''));

const bindNamed = (env: Environment): ReturnType<typeof bind>[] => {
  const keys = Object.keys(env).flatMap((variable) => namedKey(variable) ?? []);
  return [...new Set(keys)].sort().map((key) => bind(env, key, undefined));
};

/** The keys of aliases, such as PORT. */
const aliases: ReadonlyMap<string, string> = new Map(
  [...settings].flatMap(([key, { options }]) => (options.alias === undefined ? [] : [[options.alias, key]])),
);

/** Why a common variable without our prefix is ignored, if it is. */
const ignoredBecause = (name: string): string | undefined => {
  const common = name.replace(/_FILE$/, '');
  if (Object.hasOwn(unavailable, common)) return unavailable[common];
  const key = common === name ? undefined : aliases.get(common);
  return key === undefined ? undefined : `use ${environmentName(key)}_FILE`;
};

/** Finds the keys that the environment sets, and variables that may be misspelled. Service links are ignored. */
export const planEnvironment = (whole: Environment): EnvironmentPlan => {
  const { env, links } = withoutServiceLinks(whole, (name) => name.startsWith('ROLLCALL_') || aliases.has(name));
  const bound = [...[...settings].map(([key, { options }]) => bind(env, key, options.alias)), ...bindNamed(env)];
  const names = [...settings.keys()].map(environmentName);
  const known = new Set([...knownElsewhere, ...names, ...names.map((name) => `${name}_FILE`)]);
  const warnings = Object.keys(env).flatMap((name) => {
    const reason = ignoredBecause(name);
    if (reason !== undefined) return given(env, name) === undefined ? [] : [`${name} is ignored: ${reason}`];
    if (!name.startsWith('ROLLCALL_') || known.has(name) || namedKey(name) !== undefined) return [];
    const near = suggest(name, [...known]);
    return [`unknown environment variable ${name}${near === undefined ? '' : `; did you mean ${near}?`}`];
  });
  return {
    bindings: bound.flatMap(({ bindings }) => bindings),
    issues: bound.flatMap(({ issue }) => issue ?? []),
    warnings: [...serviceLinkWarnings(links), ...bound.flatMap(({ warning }) => warning ?? []), ...warnings],
  };
};

/**
 * Matches variables with the keys in the files: `ROLLCALL_FEATURES_NEW_UI` sets `features.newUi`, unless a file
 * contains `features.newUI`, which has the same variable.
 */
export const matchOpenKeys = (plan: EnvironmentPlan, stated: readonly string[]): EnvironmentPlan => ({
  ...plan,
  bindings: plan.bindings.flatMap((binding) => {
    if (openSectionOf(binding.key) === undefined) return [binding];
    const variable = environmentName(binding.key);
    const meant = stated.filter((key) => openSectionOf(key) !== undefined && environmentName(key) === variable);
    return meant.length === 0 ? [binding] : meant.map((key) => ({ ...binding, key }));
  }),
});

/**
 * The text of a mounted secret, without the line break at its end.
 * @param key the key that it sets, and `file` its path, for the error
 */
export const mountedText = (
  state: FileState | undefined,
  key: string,
  file: string,
): { text: string } | { issue: ConfigIssue } => {
  if (state === undefined || state.kind === 'absent') {
    return { issue: { key, file, code: 'file_missing', message: 'file not found' } };
  }
  if (state.kind === 'issue') return { issue: { key, file, code: state.code, message: state.message } };
  const text = decodeText(state.bytes);
  if (text === null) return { issue: { key, file, code: 'binary', message: 'not a text file in UTF-8' } };
  const trimmed = text.replace(/\r?\n$/, '');
  if (trimmed === '') return { issue: { key, file, code: 'empty_document', message: 'file is empty' } };
  return { text: trimmed };
};

/**
 * Validates the values in the environment.
 * @param mounts the mounted secrets by path
 */
export const validateEnvironment = (plan: EnvironmentPlan, mounts: ReadonlyMap<string, FileState>): Layer => {
  const values = new Map<string, unknown>();
  const issues: ConfigIssue[] = [...plan.issues];
  for (const { key, variable, how, content } of plan.bindings) {
    const read = how === 'text' ? { text: content } : mountedText(mounts.get(content), key, content);
    if ('issue' in read) {
      issues.push(read.issue);
      continue;
    }
    const raw = settingOf(key)?.format.fromText(read.text);
    const validated = validateValue(key, raw, variable);
    if ('issue' in validated) issues.push(validated.issue);
    else values.set(key, validated.value);
  }
  return { values, issues };
};

/** The value of `<NAME>_PORT` and `<NAME>_PORT_<number>_<protocol>`: `tcp://10.43.0.7:9464`. */
const isLinkUrl = (value: string): boolean => /^(tcp|udp|sctp):\/\//i.test(value);
const isPort = (value: string): boolean => /^\d{1,5}$/.test(value);
const isAddress = (value: string): boolean => isIP(value.replace(/^\[(.*)\]$/, '$1')) !== 0;

/**
 * The variables that the kubelet sets in each pod for a Service (Kubernetes documentation, "Environment variables" of Services).
 * Their values are compared as well, so that settings with a similar name are not ignored.
 */
const linkForms: readonly (readonly [name: RegExp, isValue: (value: string) => boolean])[] = [
  [/(^|_)PORT$/, isLinkUrl],
  [/_PORT_\d+_(TCP|UDP|SCTP)$/, isLinkUrl],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PROTO(COL)?$/, (value) => /^(tcp|udp|sctp)$/i.test(value)],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PORT$/, isPort],
  [/_PORT_\d+_(TCP|UDP|SCTP)_ADDR$/, isAddress],
  [/_SERVICE_HOST$/, isAddress],
  [/_SERVICE_PORT(_[A-Z0-9_]+)?$/, isPort],
];

/** Whether Kubernetes set the variable for a Service whose name resembles that of a setting. */
const isServiceLink = (name: string, value: string | undefined): boolean =>
  value !== undefined && linkForms.some(([form, isValue]) => form.test(name) && isValue(value.trim()));

/**
 * Removes service links from an environment: a Service named `rollcall-metrics` sets `ROLLCALL_METRICS_PORT`.
 * @param isOurs whether the service would otherwise use the variable, or warn about it
 * @returns the other variables, and the sorted names of the links
 */
export const withoutServiceLinks = (
  env: Environment,
  isOurs: (name: string) => boolean,
): { readonly env: Environment; readonly links: readonly string[] } => {
  const links = new Set(Object.keys(env).filter((name) => isOurs(name) && isServiceLink(name, env[name])));
  if (links.size === 0) return { env, links: [] };
  return {
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !links.has(name))),
    links: [...links].sort(),
  };
};

/** One warning for all of them. */
export const serviceLinkWarnings = (links: readonly string[]): string[] =>
  links.length === 0
    ? []
    : [
        `ignored environment variables that Kubernetes sets for Services (service links): ${links.join(', ')}; ` +
          'set enableServiceLinks: false in the pod spec',
      ];

const known = ['production', 'development', 'test'] as const;

/**
 * Warns about an unknown `NODE_ENV`: with `prod`, for example, the production checks do not apply. A value with a file, such as
 * staging.yaml, is known.
 * @param files names of the files that were read
 */
export const nodeEnvWarnings = (nodeEnv: string, files: readonly string[]): string[] => {
  if (known.some((name) => name === nodeEnv) || files.includes(`${nodeEnv}.yaml`)) return [];
  const lower = nodeEnv.toLowerCase();
  const near = known.find((name) => name.startsWith(lower)) ?? suggest(nodeEnv, [...known]);
  return [
    `NODE_ENV is ${nodeEnv}, which is not one of ${known.join(', ')}, and there is no ${nodeEnv}.yaml: ` +
      `production checks do not apply${near === undefined ? '' : `; did you mean ${near}?`}`,
  ];
};
