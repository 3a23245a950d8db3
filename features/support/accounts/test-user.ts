/** The tokens that a login returns. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_expires_in: number;
  readonly user: Readonly<Record<string, unknown>>;
}

/** A user of a scenario, with password and tokens. */
export interface TestUser {
  /** The name in the scenario. */
  readonly name: string;
  username: string;
  password: string;
  email?: string;
  tokens?: Tokens;
  id?: string;
}

/** Long enough, not a common password, and without letters, so that it cannot contain the name of its owner. */
const validPassword = '3907-5518-2264-8071-4';

/** A user with a password that satisfies every password policy; the username is the name in lower case. */
export const createTestUser = (name: string): TestUser => ({
  name,
  username: name.toLowerCase(),
  password: validPassword,
});
