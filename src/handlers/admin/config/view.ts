import { entityTagOf } from '../../../contract/entity-tag.js';
import type { ConfigIssue } from '../../../config/issue.js';
import type { ConfigStatus, ReloadResult } from '../../../config/types.js';
import type { ConfigReload } from '../../../contract/config.js';
import { AppError, type SettingError } from '../../../errors/app-error.js';
import type { ApiContext } from '../../../middleware/context.js';

/** The entity tag of what an operator is shown: it changes with the number, the content, a rollback and a refusal. */
export const etagOf = ({ revision, hash, pendingRestart, rollback, lastError }: ConfigStatus): string => {
  const shown = [revision, hash, pendingRestart, rollback, lastError?.at ?? null];
  return entityTagOf(shown);
};

/** Faults as callers see them: a file of the configuration by its name, a mounted secret by the variable that names it. */
export const publicIssues = (issues: readonly ConfigIssue[], pinned: ConfigStatus['pinned']): SettingError[] =>
  issues.map(({ key, file, line, column, code, message, suggestion }) => ({
    key,
    file: file?.startsWith('/') === true ? (pinned.find((pin) => pin.key === key)?.variable ?? null) : file,
    ...(line === undefined || column === undefined ? {} : { line, column }),
    code,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));

/** The refusal of a configuration, with every issue of it. */
export const invalidConfig = (issues: readonly ConfigIssue[], { pinned }: ConfigStatus): AppError =>
  new AppError('invalid_config', {
    errors: publicIssues(issues, pinned),
  });

/** Keys in the files that have no effect, and the environment variables that set them. */
export const publicNoEffect = (pinned: ConfigStatus['pinned']): ConfigReload['no_effect'] =>
  pinned.map(({ key, variable }) => ({ key, pinned_by: variable }));

/**
 * Answers a change that was asked for. The entity tag is left out when another change has come after it: the caller has not
 * seen that one.
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
