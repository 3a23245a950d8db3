import { createHash } from 'node:crypto';

/** One ETag (RFC 9110, 8.8.3). */
const tag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;

/** A list of them; empty elements are ignored (RFC 9110, 5.6.1.2). */
const listForm = new RegExp(`^(?:[ \\t]*,)*[ \\t]*${tag}[ \\t]*(?:,[ \\t]*(?:${tag}[ \\t]*)?)*$`);

/** The strong ETag of a JSON response. Equal content has the same ETag on every instance. */
export const entityTagOf = (content: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;

/**
 * Reads the value of `If-Match` or `If-None-Match`.
 * @returns the tags, quotes included; undefined for a malformed list
 */
export const readTags = (value: string): '*' | readonly string[] | undefined => {
  if (value.trim() === '*') return '*';
  return listForm.test(value) ? (value.match(new RegExp(tag, 'g')) ?? []) : undefined;
};

const opaque = (entityTag: string): string => entityTag.replace(/^W\//, '');

/** The strong comparison, for `If-Match`: weak tags never match (RFC 9110, 8.8.3.2). Malformed lists match nothing. */
export const matchesStrongly = (value: string, entityTag: string): boolean => {
  const tags = readTags(value);
  return tags === '*' || (tags?.includes(entityTag) === true && !entityTag.startsWith('W/'));
};

/** The weak comparison, for `If-None-Match`: the weakness of a tag is ignored (RFC 9110, 8.8.3.2). */
export const matchesWeakly = (value: string, entityTag: string): boolean => {
  const tags = readTags(value);
  return tags === '*' || tags?.some((each) => opaque(each) === opaque(entityTag)) === true;
};
