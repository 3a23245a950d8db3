import type { ApiContext } from './context.js';

/**
 * Reads `If-Match` (RFC 9110, 13.1.1) into a judge of entity tags, quotes included; weak tags never match.
 * @returns nothing when it is absent or `*`, which accepts any
 */
export const tagCondition = (ctx: ApiContext): ((tag: string) => boolean) | undefined => {
  const header = ctx.req.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const tags = new Set(header.split(',').map((tag) => tag.trim()));
  return (tag) => tags.has(tag);
};

/** Reads `If-Match` into a judge of versions; see `tagCondition`. */
export const versionCondition = (ctx: ApiContext): ((version: number) => boolean) => {
  const isExpected = tagCondition(ctx);
  return (version) => isExpected?.(`"${String(version)}"`) ?? true;
};
