/** Variables in which white space is a value: a password of blanks must be rejected, not replaced by a default. */
const isPassword = (name: string): boolean => /PASSWORD$/i.test(name);

/**
 * Removes the variables that are blank, so that each counts as not set, for this service and for the libraries that read
 * the environment themselves. Compose and CI systems pass on `NAME=` for a variable that the host does not have. White
 * space alone counts as blank too, except in a password.
 * @param env changed in place
 * @returns the same object
 */
export const removeBlankVariables = <T extends Record<string, string | undefined>>(env: T): T => {
  for (const [name, value] of Object.entries(env)) {
    if (value === '' || (value?.trim() === '' && !isPassword(name))) Reflect.deleteProperty(env, name);
  }
  return env;
};
