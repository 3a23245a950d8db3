/** Where a query or a fragment begins, its mark escaped or not; rewriters of links in mail escape it, some of them twice. */
const queryOrFragment = /[#?]|%(?:25)*(?:23|3f)/i;

/** As many characters of base64url as the token of a link has, escaped or not. */
const tokenLike = /(?:[A-Za-z0-9_-]|%(?:25)*[0-9a-f]{2}){43,}/gi;

/**
 * A path as it may be written down, in logs and in answers: without query and fragment, however they are escaped, and
 * with `***` in place of whatever may be a token.
 */
export const loggedPath = (path: string): string => {
  const end = path.search(queryOrFragment);
  return (end === -1 ? path : path.slice(0, end)).replace(tokenLike, '***');
};
