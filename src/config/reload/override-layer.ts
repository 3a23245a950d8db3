import { validateValue } from '../files/validate.js';
import type { ConfigIssue } from '../issue.js';
import type { Override } from '../override-state.js';
import { filesOnlyReason } from '../schema/files-only.js';
import { settingOf } from '../schema/schema.js';
import type { LeftOutOverride } from '../types.js';
import type { Loaded, LoadOutcome, ParsedOverride } from './load.js';

/** A configuration with its overrides, or all errors. */
export type OverrideFit =
  | { readonly ok: true; readonly loaded: Loaded; readonly leftOut: readonly LeftOutOverride[] }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const sourceOf = ({ rollbackTo }: Override): ParsedOverride['source'] =>
  rollbackTo === null ? 'override' : 'rollback';

const leftOutFor = (override: Override, code: ConfigIssue['code'], message: string): LeftOutOverride => {
  const { key } = override;
  return { key, issues: [{ key, file: sourceOf(override), code, message }] };
};

/** Validates a stored value like that of a file, since the schema may have changed in the meantime. */
const parse = (override: Override): ParsedOverride | LeftOutOverride => {
  const { key, value } = override;
  const source = sourceOf(override);
  const entry = settingOf(key);
  if (entry === undefined) return leftOutFor(override, 'unknown_key', 'unknown key');
  // A start reads these keys before it can read the overrides from the database.
  if (entry.options.class === 'restart') {
    return leftOutFor(override, 'needs_restart', 'a change requires a restart');
  }
  if (value === undefined) return { key, value, source };
  const validated = validateValue(key, value, source);
  return 'issue' in validated ? { key, issues: [validated.issue] } : { key, value: validated.value, source };
};

const isLeftOut = (override: ParsedOverride | LeftOutOverride): override is LeftOutOverride => 'issues' in override;

/**
 * Adds overrides to the files, which are valid without them. An override of a key that can be set only in the files never has an
 * effect: it may be older than the secret that the key would expose, or come from an instance without this secret.
 * @param plain the files and the environment alone
 * @param mayLeaveOut whether an override may be left out if it is invalid; otherwise its errors are returned
 * @param load merges the files with some of the overrides
 */
export const fitOverrides = (
  overrides: readonly Override[],
  plain: Pick<Loaded, 'values'>,
  mayLeaveOut: (key: string) => boolean,
  load: (overrides: readonly ParsedOverride[]) => LoadOutcome,
): OverrideFit => {
  const withheld = overrides.flatMap((override): readonly LeftOutOverride[] => {
    const reason = filesOnlyReason(override.key, plain.values);
    return reason === undefined ? [] : [leftOutFor(override, 'files_only', reason)];
  });
  const parsed = overrides.filter(({ key }) => !withheld.some((each) => each.key === key)).map(parse);
  const invalid = parsed.filter(isLeftOut);
  const valid = parsed.filter((override): override is ParsedOverride => !isLeftOut(override));
  const issues = invalid.filter(({ key }) => !mayLeaveOut(key)).flatMap((override) => override.issues);
  if (issues.length > 0) return { ok: false, issues };
  const all = load(valid);
  if (all.ok) return { ok: true, loaded: all.loaded, leftOut: [...withheld, ...invalid] };

  const chosen = valid.filter(({ key }) => !mayLeaveOut(key));
  let best = load(chosen);
  if (!best.ok) return best;
  let rest = valid.filter(({ key }) => mayLeaveOut(key));
  const reasons = new Map<string, readonly ConfigIssue[]>();
  // An override may be valid only after another one was added.
  for (let hasGrown = true; hasGrown;) {
    const before = chosen.length;
    for (const candidate of rest) {
      const tried = load([...chosen, candidate]);
      if (tried.ok) {
        best = tried;
        chosen.push(candidate);
      } else reasons.set(candidate.key, tried.issues);
    }
    rest = rest.filter((candidate) => !chosen.includes(candidate));
    hasGrown = chosen.length > before && rest.length > 0;
  }
  const leftOut = rest.map(({ key }) => ({ key, issues: reasons.get(key) ?? [] }));
  return { ok: true, loaded: best.loaded, leftOut: [...withheld, ...invalid, ...leftOut] };
};
