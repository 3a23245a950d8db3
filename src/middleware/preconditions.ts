import { matchesStrongly, matchesWeakly } from '../contract/entity-tag.js';
import { AppError } from '../errors/app-error.js';
import type { ApiContext } from './context.js';

/**
 * Reads the conditions of a write, `If-Match` and `If-None-Match` (RFC 9110, 13.1.1 and 13.1.2), as a check of the
 * current ETag.
 * @param reduce applied to both headers first, for a resource whose writes depend on only part of its ETag
 * @returns undefined if neither is sent
 */
export const preconditionsOf = (
  ctx: ApiContext,
  reduce = (header: string): string => header,
): ((tag: string) => boolean) | undefined => {
  const { headers } = ctx.req;
  const [match, noneMatch] = [headers['if-match'], headers['if-none-match']].map((header) => header && reduce(header));
  if (match === undefined && noneMatch === undefined) return undefined;
  return (tag) =>
    (match === undefined || matchesStrongly(match, tag)) && (noneMatch === undefined || !matchesWeakly(noneMatch, tag));
};

/**
 * Checks the conditions of a write. Call it within the transaction, with the ETag of the locked row, so that of two
 * writes with the same ETag the second one fails.
 * @throws {AppError} precondition_failed
 */
export const assertPreconditions = (ctx: ApiContext, etag: string): void => {
  if (preconditionsOf(ctx)?.(etag) !== false) return;
  const detail = `The current ETag is ${etag}, which does not meet the condition in If-Match or If-None-Match.`;
  throw new AppError('precondition_failed', { detail });
};

/** The check of `assertPreconditions` for an operation that reads the ETag itself. */
export const preconditionCheck =
  (ctx: ApiContext) =>
  (etag: string): void => {
    assertPreconditions(ctx, etag);
  };
