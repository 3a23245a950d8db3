import type { schema } from './schema.js';
import type { SettingsOf } from './schema/setting.js';

type Plain = SettingsOf<typeof schema>;

/**
 * One generation of settings: frozen, typed from the schema, so that a misspelt key does not compile.
 * Durations are milliseconds, sizes are bytes. Secrets that were not given have been made by the time anyone reads them.
 */
export type Settings = Omit<Plain, 'auth' | 'password'> & {
  readonly auth: Omit<Plain['auth'], 'keys'> & {
    readonly keys: Omit<Plain['auth']['keys'], 'encryptionKey'> & { readonly encryptionKey: string };
  };
  readonly password: Omit<Plain['password'], 'pepper'> & { readonly pepper: string };
};
