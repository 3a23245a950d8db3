/** Kinds of mail that notify the owner of an email address of a change to the account. They contain no token. */
export const noticeKinds = ['email_change_requested', 'email_changed', 'password_changed', 'account_claimed'] as const;

/** One of the kinds above. */
export type NoticeKind = (typeof noticeKinds)[number];

/** Kinds of mail; each has its own templates. */
export const mailKinds = [
  'email_verification',
  'password_reset',
  'magic_link',
  'inactive_warning',
  ...noticeKinds,
] as const;

/** One of the kinds above. */
export type MailKind = (typeof mailKinds)[number];
