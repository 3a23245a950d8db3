import type { KeyAlgorithm } from './key-material.js';

/** Settings that may be replaced while the service runs; `current` is read at each use. */
export interface LiveSettings<T> {
  readonly current: T;
}

/** Settings of the hash queue. */
export interface HashQueueSettings {
  readonly security: {
    /** Maximum number of concurrent hashes. */
    readonly hashConcurrency: number;
    /** Maximum number of waiting hashes. */
    readonly hashQueueLimit: number;
  };
}

/** Settings of the password hasher. */
export interface PasswordHashSettings {
  readonly password: {
    /** bcrypt cost, 4 to 31 (the configuration allows 10 to 15). */
    readonly bcryptCost: number;
    /** Secret key of the pre-hash; empty for none. */
    readonly pepper: string;
    /** Former peppers, whose hashes still verify. */
    readonly previousPeppers: readonly string[];
  };
}

/** Settings of the password policy; lengths in code points. */
export interface PasswordPolicySettings {
  readonly password: { readonly minLength: number; readonly maxLength: number };
}

/** Settings of access tokens; `ttl` in milliseconds. */
export interface AccessTokenSettings {
  readonly auth: {
    readonly issuer: string;
    readonly audience: string;
    readonly acceptedIssuers: readonly string[];
    readonly acceptedAudiences: readonly string[];
    readonly access: { readonly ttl: number };
  };
}

/** Settings of the key ring. */
export interface KeyRingSettings {
  readonly auth: {
    readonly access: { readonly ttl: number };
    readonly keys: { readonly algorithm: KeyAlgorithm };
  };
}

/** Settings that determine the retention of an old key; times in milliseconds. */
export interface KeyRetentionSettings {
  readonly auth: {
    readonly access: { readonly ttl: number };
    readonly keys: { readonly retentionFactor: number; readonly maxRetention: number };
  };
}
