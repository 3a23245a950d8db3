import assert from 'node:assert/strict';
import { ensureAccount, logIn } from '../accounts/accounts.js';
import { deliverMail, type ReceivedMail } from './mailbox.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../world.js';

/** What a link is for. */
export type LinkPurpose = 'password-reset' | 'email-verification' | 'magic-link';

/** Purposes by their names in steps. */
export const linkPurposes: Readonly<Record<string, LinkPurpose>> = {
  'password reset': 'password-reset',
  'email verification': 'email-verification',
  login: 'magic-link',
};

const endpoints: Readonly<Record<LinkPurpose, string>> = {
  'password-reset': '/api/v1/auth/password-reset/complete',
  'email-verification': '/api/v1/auth/email-verification/complete',
  'magic-link': '/api/v1/auth/magic-link/consume',
};

const pages: Readonly<Record<LinkPurpose, string>> = {
  'password-reset': '/reset-password#',
  'email-verification': '/verify-email#',
  'magic-link': '/magic-link#',
};

/** A link that was received by email. */
export interface MailedLink {
  readonly purpose: LinkPurpose;
  readonly token: string;
}

/** Gives a link when the step runs. */
export type LinkSource = (world: RollcallWorld) => MailedLink;

/** Finds the link that a step names. */
export const parseLink = (text: string): LinkSource => {
  if (text === 'the link') return (world) => world.saved.get('link') as MailedLink;
  if (text === 'the previous link') return (world) => world.saved.get('previous link') as MailedLink;
  const token = JSON.parse(text.slice('the token '.length)) as string;
  return () => ({ purpose: 'magic-link', token });
};

/** Sends the token of a link to the endpoint for its purpose. */
export const useLink = (
  world: RollcallWorld,
  { purpose, token }: MailedLink,
  newPassword = 'seven lanterns over the bay',
  options: SendOptions = {},
): Promise<ApiResponse> => {
  const body = { token, ...(purpose === 'password-reset' && { new_password: newPassword }) };
  return world.send('POST', endpoints[purpose], { body, ...options });
};

/** Saves the link of the only email; the link that was saved before becomes the previous link. */
export const saveLink = (
  world: RollcallWorld,
  purpose: LinkPurpose,
  [mail, ...others]: readonly ReceivedMail[],
): void => {
  assert.deepEqual([mail === undefined, others], [false, []]);
  const token = new URLSearchParams(new URL(mail?.links[0] ?? '').hash.slice(1)).get('token');
  assert.match(token ?? '', /^[A-Za-z0-9_-]{43}$/);
  world.saved.set('previous link', world.saved.get('link'));
  world.saved.set('link', { purpose, token });
};

/** The purpose of the link in an email. */
export const purposeOf = (mail: ReceivedMail | undefined): LinkPurpose | undefined =>
  Object.values(linkPurposes).find((name) => mail?.links[0]?.includes(pages[name]));

/** Requests a link for a user, as the client of the user would. */
export const requestOwnLink = async (world: RollcallWorld, name: string, purpose: LinkPurpose): Promise<void> => {
  const user = await ensureAccount(world, name);
  const { email } = await world.db('users').where({ id: user.id }).first<{ email: string | null }>('email');
  if (purpose === 'email-verification' && user.tokens === undefined) await logIn(world, user);
  const bodies = { 'password-reset': { username: user.username }, 'magic-link': { email }, 'email-verification': {} };
  const as = purpose === 'email-verification' ? name : null;
  await world.send('POST', `/api/v1/auth/${purpose}/request`, { body: bodies[purpose], as });
};

/** Delivers all queued emails and returns them; asserts that they go to exactly these recipients. */
export const mailTo = async (world: RollcallWorld, recipients: readonly string[]): Promise<ReceivedMail[]> => {
  const mails = await deliverMail(world);
  assert.deepEqual(mails.map(({ to }) => to).sort(), [...recipients].sort());
  return mails;
};
