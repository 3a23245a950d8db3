/** The beginning of a query or fragment. Mail software may escape it, sometimes twice. */
const queryOrFragment = /[#?]|%(?:25)*(?:23|3f)/i;

/**
 * A string of base64url characters, escaped or not, that is as long as the token of a link. An escape is matched as a whole
 * (a lookahead never backtracks): otherwise `%2525` could be read in two ways, and the time would double with each escape.
 */
const tokenLike = /(?:[A-Za-z0-9_-]|(?=(%(?:25)*[0-9a-f]{2}))\1){43,}/gi;

/**
 * A path for logs and responses: without query and fragment, even if they are escaped, and with `***` in place of
 * anything that may be a token.
 */
export const loggedPath = (path: string): string => {
  const end = path.search(queryOrFragment);
  return (end === -1 ? path : path.slice(0, end)).replace(tokenLike, '***');
};
