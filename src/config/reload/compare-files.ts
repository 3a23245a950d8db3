import { isDeepStrictEqual } from 'node:util';
import type { Pinned } from '../files/environment.js';
import type { ConfigIssue } from '../issue.js';
import { nextSnapshot, type Change, type ConfigSnapshot } from './config-snapshot.js';
import { ineffectiveEdits } from './ineffective-edits.js';
import type { ActiveConfig } from './active-config.js';
import type { ConfigReader } from './config-reader.js';
import { settingsIn } from '../schema/schema.js';
import type { SettingClass } from '../schema/setting.js';

/** A key whose active value differs from the one in the files, in YAML's form, secrets masked. */
export interface SettingDifference extends Change {
  readonly class: SettingClass;
  /** Whether the service has read the new value already and waits for a restart. */
  readonly waiting: boolean;
}

/** How the files of a directory differ from the active configuration, or every issue of them. */
export type FileComparison =
  | {
      readonly ok: true;
      readonly differences: readonly SettingDifference[];
      /** Keys whose value in the files has no effect, since the environment sets them. */
      readonly ignored: readonly Pinned[];
    }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const differencesOf = (active: ConfigSnapshot, next: ConfigSnapshot): SettingDifference[] => {
  const [before, after] = [active.values, next.loaded.values];
  return settingsIn(before, after)
    .filter(([key]) => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map(([key, entry]) => ({
      key,
      from: before.has(key) ? entry.show(before.get(key)) : null,
      to: after.has(key) ? entry.show(after.get(key)) : null,
      class: entry.options.class,
      waiting: active.pendingRestart.includes(key) && isDeepStrictEqual(active.loaded.values.get(key), after.get(key)),
    }));
};

/**
 * Compares the files that a reader finds with what is active, by the rules of a reload; nothing changes.
 * @param isOwn whether they are the files that the service follows: none that is active may be missing then
 * @throws {ConfigError} when a secret cannot be read
 */
export const compareFiles = (active: ActiveConfig, reader: ConfigReader, isOwn: boolean): FileComparison => {
  const { snapshot, rollback } = active;
  const required = isOwn ? { active: snapshot.loaded.files } : {};
  const { outcome } = reader.read({ disk: reader.readDisk(), ...required, rollback, isDryRun: true });
  if (!outcome.ok) return { ok: false, issues: outcome.issues };
  const next = nextSnapshot(snapshot, outcome.loaded);
  if ('issues' in next) return { ok: false, issues: next.issues };
  const ignored = ineffectiveEdits(snapshot.loaded, outcome.loaded);
  return { ok: true, differences: differencesOf(snapshot, next), ignored };
};
