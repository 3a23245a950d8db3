/** A phrase that readers stumble over. */
export interface Phrase {
  /** Case is ignored, and a space matches any white space. */
  readonly pattern: RegExp;
  readonly instead: string;
}

/** Phrases that recurred most often in comments, messages, documentation and feature files. */
export const phrases: readonly Phrase[] = [
  { pattern: /\banew\b/, instead: 'again' },
  { pattern: /\bonce more\b/, instead: 'again' },
  { pattern: /\bwho(?:so)?ever\b/, instead: 'the role: the caller, the client, the operator' },
  { pattern: /\bsomebody\b/, instead: 'the role: a user, a client' },
  { pattern: /\bstrangers?\b/, instead: 'another user, an unauthenticated client' },
  { pattern: /\bnewcomers?\b/, instead: 'new user' },
  { pattern: /\bthe own\b/, instead: "the current user's, its" },
  { pattern: /\b(?:of|by|in) (?:its|their|his|her|one's) own\b/, instead: 'its own …, separate, independently' },
  { pattern: /\bin force\b/, instead: 'active, in effect' },
  { pattern: /\btak(?:e|es|en|ing) back\b|\btook back\b/, instead: 'revoke, undo, revert' },
  { pattern: /\b(?:is|are|was|were|be|been|being) told\b/, instead: 'receives, is notified' },
  { pattern: /\btell(?:s|ing)? (?:of|apart)\b/, instead: 'reports, distinguishes' },
  { pattern: /\bbit(?:es?|ing)\b/, instead: 'takes effect, applies' },
  { pattern: /\bwhat (?:becomes?|became|comes?|came) of\b/, instead: 'the result of' },
  { pattern: /\btimes? to come\b/, instead: 'in the future' },
  { pattern: /\bjudg(?:e|es|ed|ing|ements?)\b/, instead: 'validate, evaluate' },
  { pattern: /\bverdicts?\b/, instead: 'result, decision' },
  { pattern: /\brefusals?\b/, instead: 'error, rejection' },
  { pattern: /\bfor good\b/, instead: 'permanently' },
  { pattern: /\ba moment ago\b/, instead: 'just now' },
  { pattern: /\bmeanwhile\b/, instead: 'in the meantime, while …' },
  { pattern: /\bbeside\b/, instead: 'next to, in addition to' },
  { pattern: /\bdearer\b/, instead: 'more expensive' },
  { pattern: /\bpass(?:es|ed|ing)? over\b/, instead: 'skip, ignore' },
  { pattern: /\bkept back\b/, instead: 'withheld, retained' },
  { pattern: /\bleft alone\b/, instead: 'not changed' },
  { pattern: /\bas (?:it|they) (?:is|are|was|were)(?=[.,;:]|$)/, instead: 'unchanged' },
  { pattern: /\bnothing but\b/, instead: 'only' },
  { pattern: /\bstand(?:s|ing)? (?:for|in|there|here|beside)\b/, instead: 'represents, is in, is at' },
  { pattern: /\bknows? (?:no|nothing)\b/, instead: 'does not have, does not support' },
  { pattern: /\bholds? (?:no|nothing)\b/, instead: 'is empty, does not contain' },
  { pattern: /\b(?:has|have|must) to hold\b|\bmust hold\b/, instead: 'must be true' },
  { pattern: /\bsee(?:s|n)? to it\b/, instead: 'ensures' },
  { pattern: /\bun(?:asked|heard(?![-.]of)|seen)\b/, instead: 'without a request, unread, unnoticed' },
  { pattern: /\bhush(?:ed)?\b/, instead: 'suppressed' },
  { pattern: /\b(?:there|where)(?:of|upon|by|in)\b/, instead: 'of it, so, in which' },
  {
    pattern: /\bin order\b(?! (?:to|by|of|for|that|desc|asc))(?<=\b(?:is|are|was|were|stop|stopped|all) in order)/,
    instead: 'correct, cleanly',
  },
  { pattern: /\bto be had\b/, instead: 'available' },
  { pattern: /\bout of the way\b/, instead: 'removed, moved' },
  { pattern: /\bat (?:its|the|one) door\b|\bfront door\b/, instead: 'the entry point' },
  { pattern: /\bof the house\b/, instead: 'of the project' },
  { pattern: /\bthe audit trail\b/, instead: 'the audit log' },
  { pattern: /\btid(?:y|ies|ied|ying)\b/, instead: 'clean up' },
];

/** Names of libraries, which cannot be changed. */
export const libraryNames: ReadonlySet<string> = new Set(['setDefinitionFunctionWrapper']);

/** Metaphors that are not used as names. Identifiers and file names are compared word by word. */
export const metaphor =
  /^(?:bell|crowd|door|foundation|guardian|house|keeper|lifeline|newcomer|refusal|registrar|room|shelter|stranger|vault|verdict|wrapper)s?$/;
