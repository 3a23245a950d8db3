import { settings } from './schema.js';

/**
 * Why a key can be set only in the files or the environment.
 * @param values the active values, to know whether the secret is set that the key would expose
 * @returns undefined if the key can be overridden
 */
export const filesOnlyReason = (key: string, values: ReadonlyMap<string, unknown>): string | undefined => {
  const filesOnly = settings.get(key)?.options.filesOnly;
  if (filesOnly === undefined) return undefined;
  const reason = 'can be set only in the files or the environment';
  if (filesOnly === true) return reason;
  const isSet = (values.get(filesOnly.whileSet) ?? null) !== null;
  return isSet ? `${reason} while ${filesOnly.whileSet} is set` : undefined;
};
