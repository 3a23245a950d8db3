import { DatabaseTimeoutError } from '../../../config/revisions/revision-repository.js';
import { StaleRevisionError } from '../../../config/revisions/revision-store.js';
import { UnknownRevisionError } from '../../../config/revisions/revision-follower.js';
import type { ChangeRequest } from '../../../config/types.js';
import { AppError } from '../../../errors/app-error.js';
import { notFound } from '../../../errors/not-found.js';
import { callerOf, type ApiContext } from '../../../middleware/context.js';
import { preconditionsOf } from '../../../middleware/preconditions.js';
import { etagOf } from './view.js';

/** A change in the name of the caller, who may have said by `If-Match` what it is good for. */
export const changeRequestOf = (ctx: ApiContext): ChangeRequest => {
  const isExpected = preconditionsOf(ctx);
  const requester = { actorId: callerOf(ctx).userId, requestMetadata: ctx.state.requestMetadata };
  return isExpected ? { requester, expects: (status) => isExpected(etagOf(status)) } : { requester };
};

/** What the caller is told of a change that could not be tried. */
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
