import type { Rule } from './policy.js';

/** The longest block that doubling leads to. */
export const maxBlockMs = 24 * 60 * 60 * 1000;

/** After the end of a block, the time without another one that makes the next block the shortest again. */
export const growthResetMs = 24 * 60 * 60 * 1000;

/** What one key has used. All times are monotonic milliseconds. */
export interface Usage {
  /** Attempts let through in this window. */
  readonly used: number;
  readonly windowBegan: number;
  readonly windowEnds: number;
  readonly blockBegan: number;
  /** 0 when the key has not exceeded its limit. */
  readonly blockEnds: number;
  /** Consecutive blocks so far: the exponent of the next one. */
  readonly blocks: number;
  /** When `blocks` is forgotten. */
  readonly growthEnds: number;
}

/** The answer to one attempt. */
export interface Evaluation {
  readonly allowed: boolean;
  /** Attempts let through in this window, this one included. */
  readonly used: number;
  /** Milliseconds until the count starts anew; for a blocked key, until the block ends. */
  readonly resetMs: number;
  /** What to remember of the key. */
  readonly usage: Usage;
}

const unused: Usage = {
  ...{ used: 0, windowBegan: 0, windowEnds: 0 },
  ...{ blockBegan: 0, blockEnds: 0, blocks: 0, growthEnds: 0 },
};

/**
 * When a block that began then ends. A growing block takes the place of the window: it lasts its own time and the count
 * starts anew behind it. A block of fixed length never ends before the window, or it would loosen the limit.
 * @param blocks consecutive blocks before this one
 */
const blockEnd = (began: number, blocks: number, windowEnds: number, rule: Rule): number => {
  if (!rule.growing) return Math.max(began + rule.blockMs, windowEnds);
  return began + Math.min(rule.blockMs * 2 ** blocks, Math.max(maxBlockMs, rule.blockMs));
};

/** The usage under the times in force now: what runs ends no later than if it had begun under them, and never later. */
const shorten = (usage: Usage, rule: Rule): Usage => {
  const windowEnds = Math.min(usage.windowEnds, usage.windowBegan + rule.windowMs);
  if (usage.blockEnds === 0 || rule.blockMs <= 0) return { ...usage, windowEnds };
  const ends = blockEnd(usage.blockBegan, Math.max(0, usage.blocks - 1), windowEnds, rule);
  if (ends >= usage.blockEnds) return { ...usage, windowEnds };
  return { ...usage, windowEnds, blockEnds: ends, growthEnds: Math.min(usage.growthEnds, ends + growthResetMs) };
};

/** A block holds while it is configured, its time runs, and the count stands at the limit in force. */
const isBlocked = (usage: Usage, rule: Rule, now: number): boolean =>
  rule.blockMs > 0 && now < usage.blockEnds && usage.used >= rule.ceiling;

/** The usage as time has left it: windows, blocks and growth that are over no longer count. */
const settle = (usage: Usage, rule: Rule, now: number): Usage => {
  if (isBlocked(usage, rule, now)) return usage;
  const grown = now < usage.growthEnds ? usage : { ...usage, blocks: 0, growthEnds: 0 };
  const blockServed = rule.blockMs > 0 && usage.blockEnds > 0 && now >= usage.blockEnds;
  if (!blockServed && now < usage.windowEnds) return grown;
  return { ...grown, used: 0, windowBegan: 0, windowEnds: 0, blockBegan: 0, blockEnds: 0 };
};

const refuse = (usage: Usage, ends: number, rule: Rule, now: number): Evaluation => ({
  allowed: false,
  used: usage.used,
  resetMs: ends > now ? ends - now : rule.windowMs,
  usage,
});

/**
 * Judges one attempt of a key, as a fixed window counter.
 *
 * - An attempt that is refused uses nothing, so a limit that is raised lets exactly the difference through.
 * - Exceeding the limit begins a block, when the policy has one; attempts during a block do not lengthen it.
 * - A window or block that is shortened ends as if it had begun under the new time; one that is lengthened, as it was.
 * - A block ends early when the operator turns blocks off, or raises the limit above what the key has used.
 * - A growing block doubles from one to the next, up to 24 hours, and is the shortest again after 24 quiet hours.
 *
 * @param known what is remembered of the key, if anything
 * @param now monotonic milliseconds
 */
export const evaluate = (known: Usage | undefined, rule: Rule, now: number): Evaluation => {
  const usage = settle(shorten(known ?? unused, rule), rule, now);
  if (isBlocked(usage, rule, now)) return refuse(usage, usage.blockEnds, rule, now);
  if (usage.used < rule.ceiling) {
    const window = usage.used === 0 ? { windowBegan: now, windowEnds: now + rule.windowMs } : {};
    // A block that was lifted is gone: left in place, its end would cut the window short.
    const next = { ...usage, ...window, used: usage.used + 1, blockBegan: 0, blockEnds: 0 };
    return { allowed: true, used: next.used, resetMs: next.windowEnds - now, usage: next };
  }
  if (rule.blockMs <= 0) return refuse({ ...usage, blockBegan: 0, blockEnds: 0 }, usage.windowEnds, rule, now);
  const blockEnds = blockEnd(now, usage.blocks, usage.windowEnds, rule);
  const growth = rule.growing ? { blocks: usage.blocks + 1, growthEnds: blockEnds + growthResetMs } : {};
  return refuse({ ...usage, ...growth, blockBegan: now, blockEnds }, blockEnds, rule, now);
};
