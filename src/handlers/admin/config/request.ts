import { DatabaseTimeoutError, StaleRevisionError } from '../../../config/revisions/revision-repository.js';
import { UnknownRevisionError } from '../../../config/revisions/revision-sync.js';
import type { ChangeRequest, Requester } from '../../../config/types.js';
import { AppError } from '../../../errors/app-error.js';
import { notFound } from '../../../errors/not-found.js';
import { callerOf, type ApiContext } from '../../../middleware/context.js';
import { preconditionsOf } from '../../../middleware/preconditions.js';
import { etagOf } from './view.js';

/** A change that the caller requested, with the precondition of `If-Match` and further details for the audit log. */
export const changeRequestOf = (ctx: ApiContext, details?: Requester['details']): ChangeRequest => {
  const isExpected = preconditionsOf(ctx);
  const requester = {
    actorId: callerOf(ctx).userId,
    requestMetadata: ctx.state.requestMetadata,
    details: { ...details },
  };
  return isExpected ? { requester, expects: (status) => isExpected(etagOf(status)) } : { requester };
};

/** The response to a change that was not attempted. */
export const toAppError = (error: unknown): unknown => {
  if (error instanceof StaleRevisionError) {
    const detail = 'The configuration has changed since its ETag was read.';
    return new AppError('precondition_failed', { detail, cause: error });
  }
  if (error instanceof DatabaseTimeoutError) {
    const detail = 'The database did not answer, so no revision number could be assigned; nothing was changed.';
    return new AppError('service_unavailable', { detail, cause: error, retryAfterSeconds: 1 });
  }
  if (error instanceof UnknownRevisionError) return notFound('revision', String(error.revision), error);
  return error;
};
