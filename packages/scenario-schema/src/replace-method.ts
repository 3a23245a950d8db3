/** A method that is called with any arguments. */
type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces a method of a prototype.
 * @param replace gets the object, the arguments, and a function that calls the original method
 * @returns a function that puts the original method back, unless others have replaced it since
 */
export const replaceMethod = (
  prototype: object,
  name: string,
  replace: (target: object, args: readonly unknown[], callOriginal: () => unknown) => unknown,
): (() => void) => {
  const methods = prototype as Record<string, Method | undefined>;
  const isOwn = Object.hasOwn(methods, name);
  const original = methods[name];
  if (original === undefined) return () => undefined;
  const replaced: Method = function (this: unknown, ...args) {
    return replace(this as object, args, () => original.apply(this, args));
  };
  methods[name] = replaced;
  return () => {
    if (methods[name] !== replaced) return;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the inherited method is found again
    if (!isOwn) delete methods[name];
    else methods[name] = original;
  };
};
