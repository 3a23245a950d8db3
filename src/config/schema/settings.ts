import type { schema } from './schema.js';
import type { SettingsOf } from './setting.js';

type Plain = SettingsOf<typeof schema>;

/**
 * One snapshot of settings: frozen, typed from the schema, so that a misspelt key does not compile.
 * Durations are milliseconds, sizes are bytes. Secrets that were not given have been made, and the outbox has its
 * place, by the time anyone reads them.
 */
export type Settings = Omit<Plain, 'auth' | 'password' | 'mail'> & {
  readonly auth: Omit<Plain['auth'], 'keys'> & {
    readonly keys: Omit<Plain['auth']['keys'], 'encryptionKey'> & { readonly encryptionKey: string };
  };
  readonly password: Omit<Plain['password'], 'pepper'> & { readonly pepper: string };
  readonly mail: Omit<Plain['mail'], 'outboxDir'> & { readonly outboxDir: string };
};
