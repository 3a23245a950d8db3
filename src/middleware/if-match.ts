import { matchesStrongly, matchesWeakly } from '../contract/entity-tag.js';
import { AppError } from '../errors/app-error.js';
import type { ApiContext } from './context.js';

/**
 * Reads the conditions of a write, `If-Match` and `If-None-Match` (RFC 9110, 13.1.1 and 13.1.2), into a judge of the
 * entity tag of what is there.
 * @returns nothing when neither is sent
 */
export const tagCondition = (ctx: ApiContext): ((tag: string) => boolean) | undefined => {
  const { 'if-match': match, 'if-none-match': noneMatch } = ctx.req.headers;
  if (match === undefined && noneMatch === undefined) return undefined;
  return (tag) =>
    (match === undefined || matchesStrongly(match, tag)) && (noneMatch === undefined || !matchesWeakly(noneMatch, tag));
};

/**
 * Holds a write to its conditions. To be called within the transaction, with the entity tag that was read under the lock
 * of what is written: then of two writes on one tag, the second finds another one.
 * @throws {AppError} precondition_failed
 */
export const assertConditions = (ctx: ApiContext, etag: string): void => {
  if (tagCondition(ctx)?.(etag) === false) throw new AppError('precondition_failed');
};
