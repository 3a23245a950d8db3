/** The rate limit policies; the settings of each are at `rateLimit.<name>`. */
export const policyNames = [
  'global',
  'register',
  'login',
  'loginAccount',
  'loginPair',
  'refresh',
  'passwordReset',
  'mail',
  'mailRequest',
  'greet',
] as const;

/** One of the policies above. */
export type PolicyName = (typeof policyNames)[number];

/** The settings of one policy; all are live. */
export interface PolicySettings {
  /** Allowed attempts of one key in a window. Changes keep the count. */
  readonly points: number;
  /** Length of a window in milliseconds. A shorter one applies to running windows, a longer one to new windows. */
  readonly window: number;
  /** Milliseconds for which a key is blocked after it exceeded its limit; 0 rejects until the window ends. */
  readonly block: number;
  /** Allowed attempts beyond `points` in a window; not advertised. */
  readonly burst?: number;
}

/** The settings `rateLimit.*` of one configuration snapshot. */
export type RateLimits = { readonly enabled: boolean } & Readonly<Record<PolicyName, PolicySettings>>;

/**
 * The rule for one attempt, from the settings of a policy.
 * `ceiling` is the sum of points and burst; times are in milliseconds.
 */
export interface Rule {
  readonly ceiling: number;
  readonly windowMs: number;
  readonly blockMs: number;
  /** Whether each consecutive block of a key is twice as long as the previous one. */
  readonly growing: boolean;
}

/** Policies with growing blocks, which protect accounts against guessing (NIST SP 800-63B-4, section 3.2.2). */
const growingPolicies: ReadonlySet<PolicyName> = new Set(['loginAccount', 'loginPair']);

/** The rule for a policy and its settings. */
export const ruleOf = (policy: PolicyName, settings: PolicySettings): Rule => ({
  ceiling: settings.points + (settings.burst ?? 0),
  windowMs: settings.window,
  blockMs: settings.block,
  growing: growingPolicies.has(policy),
});
