/**
 * An example consumer for @hey-api/openapi-ts. The test generates the client in the folder `client` next to it, compiles this
 * file with strict settings, and runs it.
 */
import {
  completeEmailVerification,
  completePasswordReset,
  getCurrentUser,
  listUsers,
  login,
  refresh,
  register,
  requestPasswordReset,
  updateCurrentUser,
  validateConfig,
} from './client/sdk.gen.js';
import { createClient } from './client/client/index.js';
import type { RegisterErrors, Tokens, User } from './client/types.gen.js';

/** A message for each error code of a registration. A missing code is a compile error. */
const explain = (error: RegisterErrors[keyof RegisterErrors]): string => {
  switch (error.code) {
    case 'username_taken':
      return 'taken';
    case 'validation_failed':
      return error.errors.map(({ path, code }) => `${path} ${code}`).join(', ');
    case 'registration_closed':
      return 'closed';
    case 'rate_limited':
    case 'overloaded':
    case 'service_unavailable':
    case 'maintenance':
      return `wait ${String(error.retry_after ?? 1)} s`;
    case 'bad_request':
    case 'malformed_json':
    case 'bad_encoding':
    case 'invalid_token':
    case 'idempotency_key_reused':
    case 'idempotency_key_in_use':
    case 'payload_too_large':
    case 'unsupported_media_type':
    case 'internal_error':
      return error.detail;
    default: {
      const unknownCode: never = error;
      return unknownCode;
    }
  }
};

/** Provided by the test: the token of an administrator, and a function that returns the token in the latest mail. */
export interface Tools {
  readonly baseUrl: string;
  readonly adminToken: string;
  mailedToken(): Promise<string>;
}

/** Results for the assertions of the test. */
export interface Outcome {
  readonly registered: User;
  readonly tokens: Tokens;
  readonly refreshed: Tokens;
  readonly updated: User;
  readonly stale: string;
  readonly found: readonly string[];
  readonly duplicate: string;
  readonly invalid: string;
  readonly configErrors: readonly (string | null)[];
  readonly resetStatus: number | undefined;
}

/** @throws {Error} if a response is not the expected one */
export const run = async ({ baseUrl, adminToken, mailedToken }: Tools): Promise<Outcome> => {
  const client = createClient({ baseUrl });
  const account = { username: 'eve.client', password: 'seven lanterns over the bay', email: 'eve.client@example.org' };

  const created = await register({ client, body: account, headers: { 'Idempotency-Key': 'register-2' } });
  if (created.error) throw new Error(explain(created.error));
  await completeEmailVerification({ client, body: { token: await mailedToken() } });

  const taken = await register({ client, body: { ...account, current_goal: 'none' } });
  const rejected = await register({ client, body: { username: 'x', password: account.password } });

  const { username, password } = account;
  const loggedIn = await login({ client, body: { username, password } });
  if (loggedIn.error) throw new Error(loggedIn.error.code);
  const refreshed = await refresh({ client, body: { refresh_token: loggedIn.data.refresh_token } });
  if (refreshed.error) throw new Error(refreshed.error.detail);
  const auth = refreshed.data.access_token;

  const me = await getCurrentUser({ client, auth });
  const headers = { 'If-Match': me.response.headers.get('ETag') ?? '*' };
  const body = { current_goal: 'A client without a cast', metadata: { team: 'green' } };
  const updated = await updateCurrentUser({ client, auth, headers, body });
  if (updated.error) throw new Error(updated.error.code);
  const stale = await updateCurrentUser({ client, auth, headers, body: { description: 'too late' } });

  const found = await listUsers({ client, auth: adminToken, query: { metadata: { team: 'green' }, status: 'active' } });
  if (found.error) throw new Error(found.error.code);

  const settings = { rateLimit: { login: { point: 1 } } };
  const config = await validateConfig({ client, auth: adminToken, body: { settings } });
  const configErrors = config.error?.code === 'invalid_config' ? config.error.errors.map(({ key }) => key) : [];

  await requestPasswordReset({ client, body: { email: account.email } });
  const reset = await completePasswordReset({
    client,
    body: { token: await mailedToken(), new_password: 'eight lanterns over the bay' },
  });

  return {
    registered: created.data.user,
    tokens: loggedIn.data,
    refreshed: refreshed.data,
    updated: updated.data,
    stale: stale.error?.code ?? 'none',
    found: found.data.data.map((user) => user.username),
    duplicate: taken.error ? explain(taken.error) : 'none',
    invalid: rejected.error ? explain(rejected.error) : 'none',
    configErrors,
    resetStatus: reset.response?.status,
  };
};
