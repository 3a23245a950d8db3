import type { StoredKey } from './key-store.js';
import type { KeyRetentionSettings } from './settings.js';

/**
 * How long other instances may still sign with the previous key, in milliseconds: they learn of the change within the lease
 * of an instance.
 */
const handoverMs = 2000;

/**
 * How long a key still verifies after its successor became active: access lifetime × factor, capped.
 * @returns milliseconds
 */
export const retentionMs = ({ auth }: KeyRetentionSettings): number =>
  Math.min(auth.access.ttl * auth.keys.retentionFactor, auth.keys.maxRetention);

/**
 * When a key that stops signing now may be removed: at the end of its retention, but not before the last token that it may
 * have signed has expired. Tokens with an earlier, longer lifetime can therefore exceed the cap.
 */
export const retentionEnd = (
  { tokenTtlMs, tokensUntil }: Pick<StoredKey, 'tokenTtlMs' | 'tokensUntil'>,
  settings: KeyRetentionSettings,
  now: Date,
): Date => {
  const longestTtlMs = Math.max(settings.auth.access.ttl, tokenTtlMs ?? 0);
  const keptMs = Math.max(retentionMs(settings), longestTtlMs + handoverMs);
  return new Date(Math.max(now.getTime() + keptMs, tokensUntil?.getTime() ?? 0));
};
