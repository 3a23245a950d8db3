import type { ApiContext } from './context.js';

/**
 * Reads `If-Match` (RFC 9110, 13.1.1) into a judge of entity tags, quotes included. Absent or `*` accepts any; weak tags
 * never match.
 */
export const tagCondition = (ctx: ApiContext): ((tag: string) => boolean) => {
  const header = ctx.req.headers['if-match']?.trim();
  if (header === undefined || header === '*') return () => true;
  const tags = new Set(header.split(',').map((tag) => tag.trim()));
  return (tag) => tags.has(tag);
};

/** Reads `If-Match` into a judge of versions; see `tagCondition`. */
export const versionCondition = (ctx: ApiContext): ((version: number) => boolean) => {
  const isExpected = tagCondition(ctx);
  return (version) => isExpected(`"${String(version)}"`);
};
