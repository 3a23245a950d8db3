import {
  DatabaseTimeoutError,
  OverridesChangedError,
  StaleRevisionError,
} from '../../../config/revisions/revision-repository.js';
import {
  ConfirmationPendingError,
  NothingToConfirmError,
  UnknownOverrideError,
  UnknownRevisionError,
  UnknownScheduledChangeError,
} from '../../../config/overrides/errors.js';
import type { ChangeRequest, Requester } from '../../../config/types.js';
import { AppError } from '../../../errors/app-error.js';
import { notFound } from '../../../errors/not-found.js';
import { callerOf, type ApiContext } from '../../../middleware/context.js';
import { preconditionsOf } from '../../../middleware/preconditions.js';
import { versionOf, versionsIn } from './view.js';

/** A change that the caller requested, with the precondition of `If-Match` and further details for the audit log. */
const changeRequestOf = (ctx: ApiContext, details?: Requester['details']): ChangeRequest => {
  const isExpected = preconditionsOf(ctx, versionsIn);
  const requester = {
    actorId: callerOf(ctx).userId,
    requestMetadata: ctx.state.requestMetadata,
    details: { ...details },
  };
  return isExpected ? { requester, expects: (status) => isExpected(versionOf(status)) } : { requester };
};

/**
 * Checks that a change has a reason if `config.requireReason` is on.
 * @throws {AppError} validation_failed
 */
export const requireReason = (ctx: ApiContext, reason: string | undefined): void => {
  if (reason !== undefined || !ctx.state.settings.config.requireReason) return;
  throw new AppError('validation_failed', {
    errors: [{ path: '/reason', code: 'required', message: 'is required (config.requireReason)' }],
  });
};

/** The response to a change that was not attempted. */
const toAppError = (error: unknown): unknown => {
  if (error instanceof StaleRevisionError || error instanceof OverridesChangedError) {
    const detail = 'The configuration has changed since its ETag was read.';
    return new AppError('precondition_failed', { detail, cause: error });
  }
  if (error instanceof DatabaseTimeoutError) {
    const detail =
      'The database did not respond in time. Read the configuration before you try again: the change may have been stored.';
    return new AppError('service_unavailable', { detail, cause: error, retryAfterSeconds: 1 });
  }
  if (error instanceof ConfirmationPendingError) {
    const detail = `Revision ${String(error.revision)} is waiting for confirmation; confirm or revert it first.`;
    return new AppError('confirmation_pending', { detail, cause: error });
  }
  if (error instanceof NothingToConfirmError) return new AppError('nothing_to_confirm', { cause: error });
  if (error instanceof UnknownOverrideError) return notFound('override', error.key, error);
  if (error instanceof UnknownScheduledChangeError) return notFound('scheduled change with ID', error.id, error);
  if (error instanceof UnknownRevisionError) return notFound('revision', String(error.revision), error);
  return error;
};

/**
 * Translates the errors of a change of the configuration.
 * @throws {AppError} precondition_failed, service_unavailable, confirmation_pending, nothing_to_confirm, not_found
 */
export const translateErrors = async <T>(change: () => Promise<T>): Promise<T> => {
  try {
    return await change();
  } catch (error) {
    throw toAppError(error);
  }
};

/**
 * Runs a change of the configuration for a request. The time limit of the request does not apply to it.
 * @throws {AppError} see `translateErrors`
 */
export const runChange = <T>(ctx: ApiContext, change: (request: ChangeRequest) => Promise<T>): Promise<T> => {
  const request = changeRequestOf(ctx);
  return translateErrors(() => ctx.state.deadline.pausedDuring(() => change(request)));
};
