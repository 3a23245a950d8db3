import { validateValue } from '../files/validate.js';
import type { ConfigIssue } from '../issue.js';
import type { Loaded } from '../reload/load.js';
import { isSecret } from '../revisions/revision-content.js';
import { filesOnlyReason } from '../schema/files-only.js';
import { settingOf, settings } from '../schema/schema.js';
import { suggest } from '../schema/setting.js';

/** The values of a change as written in YAML, or one error for each invalid key. */
export type CheckedChanges =
  | { readonly ok: true; readonly changes: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** Number of unknown keys of a change for which similar keys are searched: the search is slow. */
const maxSuggestions = 10;

const checkOne = (
  key: string,
  raw: unknown,
  { pinned, values }: Pick<Loaded, 'pinned' | 'values'>,
  similar: (key: string) => string | undefined,
): { readonly value: unknown } | { readonly issue: ConfigIssue } => {
  const fail = (code: ConfigIssue['code'], message: string): { issue: ConfigIssue } => ({
    issue: { key, file: null, code, message },
  });
  const entry = settingOf(key);
  if (entry === undefined) {
    const suggestion = similar(key);
    const { issue } = fail('unknown_key', 'unknown key');
    return { issue: suggestion === undefined ? issue : { ...issue, suggestion } };
  }
  if (isSecret(key)) return fail('is_secret', 'a secret cannot be overridden');
  if (raw === null) return { value: null };
  const pin = pinned.find((each) => each.key === key);
  if (pin !== undefined) return fail('pinned_by_environment', `set by the environment variable ${pin.variable}`);
  if (entry.options.class === 'restart') return fail('needs_restart', 'a change requires a restart');
  const filesOnly = filesOnlyReason(key, values);
  if (filesOnly !== undefined) return fail('files_only', filesOnly);
  const validated = validateValue(key, raw, 'override');
  return 'issue' in validated
    ? { issue: { ...validated.issue, file: null } }
    : { value: entry.format.show(validated.value) };
};

/**
 * Validates the values of a change. For each key, the first of these errors is returned: the key is unknown, is a secret, is set
 * by the environment, requires a restart, can be set only in the files or the environment, or has an invalid value.
 * @param changes the new value of each key; null removes the override
 * @param loaded the active configuration
 */
export const checkChanges = (
  changes: Readonly<Record<string, unknown>>,
  loaded: Pick<Loaded, 'pinned' | 'values'>,
): CheckedChanges => {
  const known = [...settings.keys()];
  let searches = 0;
  const similar = (key: string): string | undefined => (++searches > maxSuggestions ? undefined : suggest(key, known));
  const checked = Object.entries(changes).map(([key, raw]) => ({ key, ...checkOne(key, raw, loaded, similar) }));
  const issues = checked.flatMap((each) => ('issue' in each ? [each.issue] : []));
  if (issues.length > 0) return { ok: false, issues };
  return {
    ok: true,
    changes: Object.fromEntries(checked.flatMap((each) => ('value' in each ? [[each.key, each.value]] : []))),
  };
};
