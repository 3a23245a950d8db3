/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, for options that were not given. */
export const processEnvironment = (): Environment => process.env;

/** Whether a variable is set to anything but an empty text, `0` or `false`. */
export const isOn = (value: string | undefined): boolean =>
  value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
