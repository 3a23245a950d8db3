import type { KeyAlgorithm } from './key-material.js';

/** A holder of settings that may be replaced while the service runs; `current` is read at each use. */
export interface LiveSettings<T> {
  readonly current: T;
}

/** What the hash queue needs to know. */
export interface HashQueueSettings {
  readonly security: {
    /** Hashes at once. */
    readonly hashConcurrency: number;
    /** Maximum number of waiting hashes. */
    readonly hashQueueLimit: number;
  };
}

/** What the password hasher needs to know. */
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

/** What the password policy needs to know; lengths in code points. */
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

/** What the key ring needs to know. */
export interface KeyRingSettings {
  readonly auth: {
    readonly access: { readonly ttl: number };
    readonly keys: { readonly algorithm: KeyAlgorithm };
  };
}

/** What the retention of an old key is computed from; times in milliseconds. */
export interface KeyRetentionSettings {
  readonly auth: {
    readonly access: { readonly ttl: number };
    readonly keys: { readonly retentionFactor: number; readonly maxRetention: number };
  };
}
