import type { ApiContext } from './context.js';

/**
 * Reads `If-Match` (RFC 9110, 13.1.1) into a judge of versions. Absent or `*` accepts any; weak tags never match.
 */
export const versionCondition = (ctx: ApiContext): ((version: number) => boolean) => {
  const header = ctx.req.headers['if-match']?.trim();
  if (header === undefined || header === '*') return () => true;
  const tags = new Set(header.split(',').map((tag) => tag.trim()));
  return (version) => tags.has(`"${String(version)}"`);
};
