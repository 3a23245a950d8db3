/** Every policy that a route or a rule can be counted under; each has its settings at `rateLimit.<name>`. */
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

/** The settings of one policy. All of them are live. */
export interface PolicySettings {
  /** Attempts that one key may make in a window. A change keeps what was already used. */
  readonly points: number;
  /** Length of a window in milliseconds. A shorter one cuts windows that run; a longer one holds for those to come. */
  readonly window: number;
  /** Milliseconds for which a key that exceeded its limit is refused; 0 refuses until the window ends and no longer. */
  readonly block: number;
  /** Attempts beyond `points` that a window still serves. They are not advertised. */
  readonly burst?: number;
}

/** The settings `rateLimit.*` of one configuration snapshot. */
export type RateLimits = { readonly enabled: boolean } & Readonly<Record<PolicyName, PolicySettings>>;

/**
 * What one attempt is judged by: a policy's settings at the moment of the attempt.
 * `ceiling` is points and burst together; times are milliseconds.
 */
export interface Rule {
  readonly ceiling: number;
  readonly windowMs: number;
  readonly blockMs: number;
  /** Each consecutive block of a key is twice as long as the one before. */
  readonly growing: boolean;
}

/** Policies that guard one account against guessing; their block grows (NIST SP 800-63B-4, section 3.2.2). */
const growingPolicies: ReadonlySet<PolicyName> = new Set(['loginAccount', 'loginPair']);

/** The rule that the settings of a policy amount to. */
export const ruleOf = (policy: PolicyName, settings: PolicySettings): Rule => ({
  ceiling: settings.points + (settings.burst ?? 0),
  windowMs: settings.window,
  blockMs: settings.block,
  growing: growingPolicies.has(policy),
});
