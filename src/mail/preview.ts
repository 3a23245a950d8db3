import type { MailKind, MailPart } from '../config/schema/mail-template.js';
import type { Settings } from '../config/schema/schema.js';
import { formatDuration } from '../format-duration.js';
import { renderMail } from './render.js';

/** Where the links of each kind with a token lead, and how long they are valid. */
const linkOf = ({ auth }: Settings, kind: MailKind): { readonly page: string; readonly ttl: number } | undefined => {
  switch (kind) {
    case 'email_verification':
      return { page: '/verify-email', ttl: auth.emailVerification.ttl };
    case 'password_reset':
      return { page: '/reset-password', ttl: auth.passwordReset.ttl };
    case 'magic_link':
      return { page: '/magic-link', ttl: auth.magicLink.ttl };
    default:
      return undefined;
  }
};

/** Renders the templates of a kind of mail with sample data; its link opens nothing. */
export const previewMail = (
  settings: Settings,
  kind: MailKind,
  { publicUrl, now }: { readonly publicUrl: string; readonly now: Date },
): Readonly<Record<MailPart, string>> => {
  const link = linkOf(settings, kind);
  const deadline = new Date(now.getTime() + settings.users.deletionGrace);
  return renderMail(settings, kind, {
    link: link === undefined ? publicUrl : `${publicUrl}${link.page}#token=sample`,
    username: 'ada',
    address: 'ada@example.org',
    expires_in: formatDuration(link?.ttl ?? settings.auth.emailVerification.ttl),
    deadline: deadline.toISOString().slice(0, 10),
  });
};
