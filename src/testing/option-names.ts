/**
 * Rejects options with unknown names: JavaScript has no types that would notice a misspelled one.
 * @throws Error that lists the options of the function
 */
export const requireKnownOptions = (given: object, names: readonly string[], functionName: string): void => {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new Error(`unknown option ${unknown} of ${functionName}; the options are ${names.join(', ')}`);
};
