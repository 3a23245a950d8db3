import { entityTagOf } from '../../../contract/entity-tag.js';
import type { ConfigIssue } from '../../../config/issue.js';
import type { ConfigStatus, ReloadResult } from '../../../config/types.js';
import type { ConfigReload } from '../../../contract/config.js';
import { AppError, type SettingError } from '../../../errors/app-error.js';
import type { ApiContext } from '../../../middleware/context.js';

/**
 * The version of the configuration, which a change may require (`If-Match`). It changes with the revision and the overrides, and is
 * equal on all instances: the files of one of them must not prevent a change that was prepared on another one.
 */
export const versionOf = ({ revision, hash, overrides }: ConfigStatus): string =>
  entityTagOf([revision ?? hash, overrides.version]);

/**
 * The ETag of the configuration: its version, then a hash of everything that the files of this instance set and of the keys that wait
 * for a restart, so that a conditional read also finds changes of values that are not active.
 */
export const etagOf = (status: ConfigStatus): string =>
  `${versionOf(status).slice(0, -1)}${entityTagOf([status.filesHash, status.pendingRestart]).slice(1)}`;

/** Reduces ETags in `If-Match` or `If-None-Match` to versions, which are their first 22 characters. */
export const versionsIn = (header: string): string => header.replaceAll(/"([\w-]{22})[\w-]{22}"/g, '"$1"');

/** Errors as the API returns them: a mounted secret is named by its variable and not by its path. */
export const publicIssues = (issues: readonly ConfigIssue[], pinned: ConfigStatus['pinned']): SettingError[] =>
  issues.map(({ key, file, line, column, code, message, suggestion }) => ({
    key,
    file: file?.startsWith('/') === true ? (pinned.find((pin) => pin.key === key)?.variable ?? null) : file,
    ...(line === undefined || column === undefined ? {} : { line, column }),
    code,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));

/** An invalid configuration, with every error. */
export const invalidConfig = (issues: readonly ConfigIssue[], { pinned }: ConfigStatus): AppError =>
  new AppError('invalid_config', {
    errors: publicIssues(issues, pinned),
  });

/** The first error of each key. */
export const onePerKey = (issues: readonly ConfigIssue[]): ConfigIssue[] =>
  issues.filter(({ key }, index) => key === null || issues.findIndex((issue) => issue.key === key) === index);

/** Keys in the files that have no effect, and the environment variables that set them. */
export const publicNoEffect = (pinned: ConfigStatus['pinned']): ConfigReload['no_effect'] =>
  pinned.map(({ key, variable }) => ({ key, pinned_by: variable }));

/**
 * Sends the result of a change. The ETag is omitted if another change has been applied since, because the caller has not seen that.
 * @throws {AppError} invalid_config
 */
export const sendReloadResult = (ctx: ApiContext, result: ReloadResult, status: ConfigStatus): void => {
  const { outcome, revision, changed, pendingRestart, noEffect, shadowedByOverride, errors } = result;
  if (outcome === 'refused') throw invalidConfig(errors, status);
  const body: ConfigReload = {
    outcome,
    revision,
    changed: [...changed],
    pending_restart: [...pendingRestart],
    no_effect: publicNoEffect(noEffect),
    shadowed_by_override: [...shadowedByOverride],
  };
  ctx.body = body;
  if (status.revision === revision) ctx.set('ETag', etagOf(status));
};
