import type { Rule } from './policy.js';

/** Maximum length of a growing block. */
export const maxBlockMs = 24 * 60 * 60 * 1000;

/** Time without a block after which the next block has its initial length again. */
export const growthResetMs = 24 * 60 * 60 * 1000;

/** The state of one key. All times are monotonic milliseconds. */
export interface Usage {
  /** Allowed attempts in the window. */
  readonly used: number;
  readonly windowBegan: number;
  readonly windowEnds: number;
  readonly blockBegan: number;
  /** 0 if the key is not blocked. */
  readonly blockEnds: number;
  /** Number of consecutive blocks: the exponent of the next one. */
  readonly blocks: number;
  /** When `blocks` is reset. */
  readonly growthEnds: number;
}

/** The result of one attempt. */
export interface Evaluation {
  readonly allowed: boolean;
  /** Allowed attempts in the window, including this one. */
  readonly used: number;
  /** Milliseconds until the window ends or, for a blocked key, the block. */
  readonly resetMs: number;
  /** The new state of the key. */
  readonly usage: Usage;
}

const unused: Usage = {
  ...{ used: 0, windowBegan: 0, windowEnds: 0 },
  ...{ blockBegan: 0, blockEnds: 0, blocks: 0, growthEnds: 0 },
};

/**
 * The end of a block that started at `began`. A growing block replaces the window: when it ends, the count is reset. A block of
 * fixed length never ends before the window, since that would weaken the limit.
 * @param blocks number of consecutive blocks before this one
 */
const blockEnd = (began: number, blocks: number, windowEnds: number, rule: Rule): number => {
  if (!rule.growing) return Math.max(began + rule.blockMs, windowEnds);
  return began + Math.min(rule.blockMs * 2 ** blocks, Math.max(maxBlockMs, rule.blockMs));
};

/** Applies the current settings to a running window and block: both end as if they had started under them, but never later than before. */
const shorten = (usage: Usage, rule: Rule): Usage => {
  const windowEnds = Math.min(usage.windowEnds, usage.windowBegan + rule.windowMs);
  if (usage.blockEnds === 0 || rule.blockMs <= 0) return { ...usage, windowEnds };
  const ends = blockEnd(usage.blockBegan, Math.max(0, usage.blocks - 1), windowEnds, rule);
  if (ends >= usage.blockEnds) return { ...usage, windowEnds };
  return { ...usage, windowEnds, blockEnds: ends, growthEnds: Math.min(usage.growthEnds, ends + growthResetMs) };
};

/** A key is blocked while blocks are configured, its block has not ended, and its count reaches the current limit. */
const isBlocked = (usage: Usage, rule: Rule, now: number): boolean =>
  rule.blockMs > 0 && now < usage.blockEnds && usage.used >= rule.ceiling;

/** Removes windows, blocks and growth that have ended. */
const expire = (usage: Usage, rule: Rule, now: number): Usage => {
  if (isBlocked(usage, rule, now)) return usage;
  const grown = now < usage.growthEnds ? usage : { ...usage, blocks: 0, growthEnds: 0 };
  const blockServed = rule.blockMs > 0 && usage.blockEnds > 0 && now >= usage.blockEnds;
  if (!blockServed && now < usage.windowEnds) return grown;
  return { ...grown, used: 0, windowBegan: 0, windowEnds: 0, blockBegan: 0, blockEnds: 0 };
};

const rejected = (usage: Usage, ends: number, rule: Rule, now: number): Evaluation => ({
  allowed: false,
  used: usage.used,
  resetMs: ends > now ? ends - now : rule.windowMs,
  usage,
});

/**
 * Evaluates one attempt of a key with a fixed window counter.
 *
 * - A rejected attempt consumes nothing, so raising a limit allows exactly the difference.
 * - Exceeding the limit starts a block, if the policy has one; attempts during a block do not extend it.
 * - Shortening a window or block applies to the running one; lengthening applies to the next one.
 * - A block ends early if blocks are disabled or the limit is raised above the count.
 * - Each consecutive block is twice as long, up to 24 hours; after 24 hours without a block, the length is reset.
 *
 * @param known the state of the key, if any
 * @param now monotonic milliseconds
 */
export const evaluate = (known: Usage | undefined, rule: Rule, now: number): Evaluation => {
  const usage = expire(shorten(known ?? unused, rule), rule, now);
  if (isBlocked(usage, rule, now)) return rejected(usage, usage.blockEnds, rule, now);
  if (usage.used < rule.ceiling) {
    const window = usage.used === 0 ? { windowBegan: now, windowEnds: now + rule.windowMs } : {};
    // Remove a lifted block, since its end would shorten the window.
    const next = { ...usage, ...window, used: usage.used + 1, blockBegan: 0, blockEnds: 0 };
    return { allowed: true, used: next.used, resetMs: next.windowEnds - now, usage: next };
  }
  if (rule.blockMs <= 0) return rejected({ ...usage, blockBegan: 0, blockEnds: 0 }, usage.windowEnds, rule, now);
  const blockEnds = blockEnd(now, usage.blocks, usage.windowEnds, rule);
  const growth = rule.growing ? { blocks: usage.blocks + 1, growthEnds: blockEnds + growthResetMs } : {};
  return rejected({ ...usage, ...growth, blockBegan: now, blockEnds }, blockEnds, rule, now);
};
