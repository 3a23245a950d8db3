import type { StoredKey } from './key-store.js';
import type { KeyRetentionSettings } from './settings.js';

/**
 * How long instances may go on signing with a key after another has become active, in milliseconds: they hear of it within
 * the lease of an instance.
 */
const handoverMs = 2000;

/**
 * How long an old key verifies after its successor took over: access lifetime × factor, capped.
 * @returns milliseconds
 */
export const retentionMs = ({ auth }: KeyRetentionSettings): number =>
  Math.min(auth.access.ttl * auth.keys.retentionFactor, auth.keys.maxRetention);

/**
 * When a key that ceases to sign now may go: at the end of its retention, but not before the last token that it may have
 * signed has expired. So tokens of an earlier, longer lifetime outdo the cap.
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
