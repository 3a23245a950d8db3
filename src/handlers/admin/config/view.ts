import { entityTagOf } from '../../../contract/entity-tag.js';
import type { ConfigIssue } from '../../../config/issue.js';
import type { ConfigStatus, ReloadResult } from '../../../config/types.js';
import type { ConfigReload } from '../../../contract/config.js';
import { AppError, type SettingError } from '../../../errors/app-error.js';
import type { ApiContext } from '../../../middleware/context.js';

/** The ETag of the configuration. It changes with the revision, the content, a rollback and an error. */
export const etagOf = ({ revision, hash, pendingRestart, rollback, lastError }: ConfigStatus): string => {
  const shown = [revision, hash, pendingRestart, rollback, lastError?.at ?? null];
  return entityTagOf(shown);
};

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

/** Keys in the files that have no effect, and the environment variables that set them. */
export const publicNoEffect = (pinned: ConfigStatus['pinned']): ConfigReload['no_effect'] =>
  pinned.map(({ key, variable }) => ({ key, pinned_by: variable }));

/**
 * Sends the result of a change. The ETag is omitted if another change has been applied since, because the caller has not seen that.
 * @throws {AppError} invalid_config
 */
export const sendReloadResult = (ctx: ApiContext, result: ReloadResult, status: ConfigStatus): void => {
  const { outcome, revision, changed, pendingRestart, noEffect, errors } = result;
  if (outcome === 'refused') throw invalidConfig(errors, status);
  const body: ConfigReload = {
    outcome,
    revision,
    changed: [...changed],
    pending_restart: [...pendingRestart],
    no_effect: publicNoEffect(noEffect),
  };
  ctx.body = body;
  if (status.revision === revision) ctx.set('ETag', etagOf(status));
};
