import type { ConfigIssue } from '../issue.js';
import { validateValue, type Layer } from '../reload/validate.js';
import { decodeText, type FileState } from './read-file.js';
import { serviceLinkWarnings, withoutServiceLinks } from './service-links.js';
import { environmentName, keyOfVariable, openSectionOf, settingOf, settings } from '../schema/schema.js';
import { redisUnavailable } from '../schema/redis.js';
import { suggest } from '../schema/suggest.js';

/** The environment as it was at start; never read from the process here, never changed. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key that the environment sets, so that no file can. */
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

/** What the environment says, before any mounted secret is read. */
export interface EnvironmentPlan {
  readonly bindings: readonly Binding[];
  readonly issues: readonly ConfigIssue[];
  /** Sentences for the log at start. */
  readonly warnings: readonly string[];
}

/** Variables with our prefix that are read elsewhere. */
const knownElsewhere: ReadonlySet<string> = new Set([
  'ROLLCALL_CONFIG_DIR',
  'ROLLCALL_BOOTSTRAP_ADMIN_USERNAME',
  'ROLLCALL_BOOTSTRAP_ADMIN_USERNAME_FILE',
  'ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD',
  'ROLLCALL_BOOTSTRAP_ADMIN_PASSWORD_FILE',
]);

/**
 * Variables that outsiders know and this release cannot serve. Platforms set them for every process, so one of them is no
 * reason not to start; our own name for the same, `ROLLCALL_REDIS_URL`, is refused like the key in a file.
 */
const unavailable: Readonly<Record<string, string>> = { REDIS_URL: redisUnavailable };

// main.ts removes blank variables at startup; this is for callers that pass another environment.
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

/** The key of an open section that a variable sets, by its value or by the file that it names. */
const namedKey = (variable: string): string | undefined => keyOfVariable(variable.replace(/_FILE$/, ''));

const bindNamed = (env: Environment): ReturnType<typeof bind>[] => {
  const keys = Object.keys(env).flatMap((variable) => namedKey(variable) ?? []);
  return [...new Set(keys)].sort().map((key) => bind(env, key, undefined));
};

/** Other names for keys that variables may have, such as PORT. */
const aliases: ReadonlySet<string> = new Set([...settings.values()].flatMap(({ options }) => options.alias ?? []));

/** Finds which keys the environment sets, and which variables it may have misspelt; service links are left out. */
export const planEnvironment = (whole: Environment): EnvironmentPlan => {
  const { env, links } = withoutServiceLinks(whole, (name) => name.startsWith('ROLLCALL_') || aliases.has(name));
  const bound = [...[...settings].map(([key, { options }]) => bind(env, key, options.alias)), ...bindNamed(env)];
  const names = [...settings.keys()].map(environmentName);
  const known = new Set([...knownElsewhere, ...names, ...names.map((name) => `${name}_FILE`)]);
  const warnings = Object.keys(env).flatMap((name) => {
    const missing = Object.hasOwn(unavailable, name) ? unavailable[name] : undefined;
    if (missing !== undefined) {
      return given(env, name) === undefined ? [] : [`${name} is ignored: ${missing}`];
    }
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
 * Aims variables at the keys that files state: `ROLLCALL_FEATURES_NEW_UI` is `features.newUi` unless a file has called
 * the switch `newUI`, which has the same variable.
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
 * The text of a mounted secret without the line break at its end.
 * @param key what it is for, and `file` where it lies, for the issue
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
 * Validates what the environment says.
 * @param mounts the mounted secrets by path, as they were read with the files of the same load
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
