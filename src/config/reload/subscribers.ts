import type { ConfigIssue } from '../issue.js';
import type { SettingPlace } from '../schema/rules.js';
import type { Settings } from '../schema/settings.js';

/** A prepared change of one subscriber. */
export interface PreparedChange {
  /** Makes the change visible; must not wait. It runs in the same turn as the swap of the settings. */
  commit(): void;
  /** Takes the change back, committed or not; called at most once. */
  undo(): void | Promise<void>;
}

/** Something that follows the settings with a resource of its own: a pool, a log level, a listener. */
export interface Subscriber {
  /** Named in the issue when it refuses. */
  readonly name: string;
  /** The settings that decide whether it can prepare, most important first; named in the issue when it refuses. */
  readonly keys?: readonly string[];
  /**
   * Prepares for settings that are about to come into force; a rejection refuses them for everyone.
   * @returns what to do when all others are prepared too; nothing when the change does not matter
   */
  prepare(next: Settings, previous: Settings): Promise<PreparedChange | undefined> | PreparedChange | undefined;
}

/** What a preparation needs besides the settings. */
export interface PrepareOptions {
  /** A subscriber that has not answered by then has failed; a late answer is undone. */
  readonly deadlineMs: number;
  /** Called when an undo fails. */
  readonly onError: (error: unknown) => void;
  /** Where a key was set in the next settings. */
  readonly placeOf: (key: string) => SettingPlace;
}

/** All subscribers are prepared, or the reasons why not. */
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

/** Takes prepared changes back, in reverse order, all of them even when one fails. */
export const undoAll = async (changes: readonly PreparedChange[], onError: (error: unknown) => void): Promise<void> => {
  for (const change of changes.toReversed()) {
    try {
      await change.undo();
    } catch (error) {
      onError(error);
    }
  }
};

/**
 * Asks all subscribers to prepare, at the same time. When one fails or stays silent, the others are undone.
 */
export const prepareAll = async (
  subscribers: readonly Subscriber[],
  next: Settings,
  previous: Settings,
  terms: PrepareOptions,
): Promise<Preparation> => {
  const { deadlineMs, onError } = terms;
  const changes: PreparedChange[] = [];
  const issues: ConfigIssue[] = [];
  const prepareOne = async (subscriber: Subscriber): Promise<void> => {
    const answered = { late: false };
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        answered.late = true;
        issues.push(issue(subscriber, terms, `no answer within ${deadlineMs} ms`));
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
        else issues.push(issue(subscriber, terms, reason(error)));
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
 * @returns the issue when one throws; the caller then takes all of them back
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
