import { deliver, tokenOf } from './mailbox.js';
import type { TestResponse, TestApp } from './test-app.js';

/** A registered user. */
export interface TestUser {
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

let sequence = 0;

/** A user with an account and, unless said otherwise, a verified address. */
export const registerUser = async (app: TestApp, { isVerified = true } = {}): Promise<TestUser> => {
  sequence += 1;
  const username = `person${String(sequence)}`;
  const user = { username, email: `${username}@example.org`, password: 'walnut orchard in the rain' };
  const response = await app.send('POST', '/api/v1/auth/register', { body: user });
  if (response.status !== 201) throw new Error(`not registered: ${JSON.stringify(response.body)}`);
  const mail = (await deliver(app)).find(({ to }) => to === user.email);
  if (isVerified) {
    const verified = await app.send('POST', '/api/v1/auth/email-verification/complete', {
      body: { token: tokenOf(mail) },
    });
    // As if it had been verified in a session of the account.
    await app.services.db.knex('users').where({ username }).update({ email_claimed: true });
    if (verified.status !== 204) throw new Error(`not verified: ${JSON.stringify(verified.body)}`);
  }
  return user;
};

/** Tries to log in. */
export const logIn = (app: TestApp, username: string, password: string): Promise<TestResponse> =>
  app.send('POST', '/api/v1/auth/login', { body: { username, password } });

/** The access token of a new login. */
export const accessToken = async (app: TestApp, { username, password }: TestUser): Promise<string> => {
  const answer = await logIn(app, username, password);
  if (answer.status !== 200) throw new Error(`not logged in: ${JSON.stringify(answer.body)}`);
  return (answer.body as { access_token: string }).access_token;
};

/** The status and, for an error, the code of a response. */
export const outcomeOf = ({ status, body }: TestResponse): string => {
  const code = (body as { code?: string } | null)?.code;
  return code === undefined ? String(status) : `${String(status)} ${code}`;
};

/** How often each outcome came, of many uses at once. */
export const countOutcomes = (answers: readonly TestResponse[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[outcomeOf(answer)] = (counts[outcomeOf(answer)] ?? 0) + 1;
  return counts;
};
