import type { RateLimitResult } from './rate-limiter.js';

/**
 * The response fields of a policy (IETF draft-ietf-httpapi-ratelimit-headers-10), for example
 * `RateLimit-Policy: "login";q=60;w=60` and `RateLimit: "login";r=59;t=42`: the quota and its window in seconds,
 * what remains of it, and the seconds until it is whole again.
 */
export const rateLimitFields = (verdict: RateLimitResult): Record<string, string> => ({
  'RateLimit-Policy': `"${verdict.policy}";q=${verdict.limit};w=${verdict.windowSeconds}`,
  RateLimit: `"${verdict.policy}";r=${verdict.remaining};t=${verdict.resetSeconds}`,
});
