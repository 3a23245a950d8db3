import type { ConfigIssue } from '../issue.js';
import type { SettingPlace } from '../schema/rules.js';
import type { Settings } from '../schema/schema.js';

/** A prepared change of one subscriber. */
export interface PreparedChange {
  /** Applies the change. It must be synchronous: it runs directly after the swap of the settings. */
  commit(): void;
  /** Reverts the change, committed or not. Called at most once. */
  undo(): void | Promise<void>;
}

/** A component that adjusts its own resource to the settings: a pool, a log level, a listener. */
export interface Subscriber {
  /** Part of the error if it fails. */
  readonly name: string;
  /** The settings that its resource depends on, most important first; part of the error if it fails. */
  readonly keys?: readonly string[];
  /**
   * Prepares for new settings. If it rejects, the settings are rejected.
   * @returns the prepared change; undefined if nothing changes for it
   */
  prepare(next: Settings, previous: Settings): Promise<PreparedChange | undefined> | PreparedChange | undefined;
}

/** Options for `prepareAll`. */
export interface PrepareOptions {
  /** A subscriber that takes longer has failed; its late result is undone. */
  readonly deadlineMs: number;
  /** Called when an undo fails. */
  readonly onError: (error: unknown) => void;
  /** Where a key is set in the new settings. */
  readonly placeOf: (key: string) => SettingPlace;
}

/** The prepared changes of all subscribers, or the errors. */
export type Preparation =
  | { readonly ok: true; readonly changes: readonly PreparedChange[] }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const issue = ({ name, keys = [] }: Subscriber, { placeOf }: PrepareOptions, message: string): ConfigIssue => {
  const key = keys.find((candidate) => placeOf(candidate).file !== null) ?? keys[0] ?? null;
  const place = key === null ? { file: null } : placeOf(key);
  const related = keys.length === 0 ? '' : ` (${keys.join(', ')})`;
  return { key, ...place, code: 'subscriber_failed', message: `could not switch ${name}: ${message}${related}` };
};

/** Undoes prepared changes in reverse order; if one fails, it continues with the others. */
export const undoAll = async (changes: readonly PreparedChange[], onError: (error: unknown) => void): Promise<void> => {
  for (const change of changes.toReversed()) {
    try {
      await change.undo();
    } catch (error) {
      onError(error);
    }
  }
};

/** Lets all subscribers prepare concurrently. If one fails or takes too long, the others are undone. */
export const prepareAll = async (
  subscribers: readonly Subscriber[],
  next: Settings,
  previous: Settings,
  options: PrepareOptions,
): Promise<Preparation> => {
  const { deadlineMs, onError } = options;
  const changes: PreparedChange[] = [];
  const issues: ConfigIssue[] = [];
  const prepareOne = async (subscriber: Subscriber): Promise<void> => {
    const answered = { late: false };
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        answered.late = true;
        issues.push(issue(subscriber, options, `no response within ${deadlineMs} ms`));
        resolve();
      }, deadlineMs);
    });
    const answer = (async () => {
      try {
        const change = await subscriber.prepare(next, previous);
        if (change === undefined) return;
        if (answered.late) await undoAll([change], onError);
        else changes.push(change);
      } catch (error) {
        if (answered.late) onError(error);
        else issues.push(issue(subscriber, options, reason(error)));
      }
    })();
    await Promise.race([answer, deadline]);
    clearTimeout(timer);
  };
  await Promise.all(subscribers.map(prepareOne));
  if (issues.length === 0) return { ok: true, changes };
  await undoAll(changes, onError);
  return { ok: false, issues };
};

/**
 * Commits all changes.
 * @returns the error if one fails; the caller must then undo all of them
 */
export const commitAll = (changes: readonly PreparedChange[]): ConfigIssue | null => {
  try {
    for (const change of changes) change.commit();
    return null;
  } catch (error) {
    return {
      key: null,
      file: null,
      code: 'subscriber_failed',
      message: `could not apply a change: ${reason(error)}`,
    };
  }
};
