/** White space in a password is significant: such a password must be rejected, not replaced by a default. */
const isPassword = (name: string): boolean => /PASSWORD$/i.test(name);

/**
 * Removes blank variables, so that they count as not set for the service and for libraries that read the environment.
 * Compose and CI systems pass `NAME=` for a variable that is not set on the host. White space counts as blank, except in a
 * password.
 * @param env modified in place
 * @returns the same object
 */
export const removeBlankVariables = <T extends Record<string, string | undefined>>(env: T): T => {
  for (const [name, value] of Object.entries(env)) {
    if (value === '' || (value?.trim() === '' && !isPassword(name))) Reflect.deleteProperty(env, name);
  }
  return env;
};
