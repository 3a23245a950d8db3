/**
 * What a user of openapi-typescript and openapi-fetch writes. It is compiled strictly against the generated types, without a
 * cast, and then run; the test puts the generated `schema.ts` beside it.
 */
import createClient from 'openapi-fetch';
import type { components, operations, paths } from './schema.js';

type Tokens = components['schemas']['Tokens'];
type User = components['schemas']['User'];

/** Bodies of the error responses of an operation. */
type ErrorOf<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends { content: { 'application/problem+json': infer Body } }
    ? Body
    : never;
}[keyof Responses];

/** One sentence for each way in which a registration can fail; a code that is missing here does not compile. */
const explain = (error: ErrorOf<operations['register']['responses']>): string => {
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

/** What the test provides: an administrator's token, and the token of the mail that was sent last. */
export interface Tools {
  readonly baseUrl: string;
  readonly adminToken: string;
  mailedToken(): Promise<string>;
}

/** What came of it, for the assertions of the test. */
export interface Outcome {
  readonly registered: User;
  readonly tokens: Tokens;
  readonly refreshed: Tokens;
  readonly updated: User;
  readonly stale: string;
  readonly found: readonly string[];
  readonly again: string;
  readonly invalid: string;
  readonly configErrors: readonly (string | null)[];
  readonly resetStatus: number;
}

/** @throws Error if the service does not respond as a consumer expects */
export const run = async ({ baseUrl, adminToken, mailedToken }: Tools): Promise<Outcome> => {
  const api = createClient<paths>({ baseUrl });
  const bearer = (token: string): { Authorization: string } => ({ Authorization: `Bearer ${token}` });
  const account = { username: 'ada.client', password: 'seven lanterns over the bay', email: 'ada.client@example.org' };

  const created = await api.POST('/api/v1/auth/register', {
    body: account,
    params: { header: { 'Idempotency-Key': 'register-1' } },
  });
  if (created.error) throw new Error(explain(created.error));
  await api.POST('/api/v1/auth/email-verification/complete', { body: { token: await mailedToken() } });

  const taken = await api.POST('/api/v1/auth/register', { body: { ...account, current_goal: 'none' } });
  const refused = await api.POST('/api/v1/auth/register', { body: { username: 'x', password: account.password } });

  const { username, password } = account;
  const login = await api.POST('/api/v1/auth/login', { body: { username, password } });
  if (login.error) throw new Error(login.error.code);
  const tokens = login.data;
  const refreshed = await api.POST('/api/v1/auth/refresh', { body: { refresh_token: tokens.refresh_token } });
  if (refreshed.error) throw new Error(refreshed.error.detail);
  const headers = bearer(refreshed.data.access_token);

  const me = await api.GET('/api/v1/users/me', { headers });
  const header = { 'If-Match': me.response.headers.get('ETag') ?? '*' };
  const body = { current_goal: 'A client without a cast', metadata: { team: 'blue' } };
  const updated = await api.PATCH('/api/v1/users/me', { headers, params: { header }, body });
  if (updated.error) throw new Error(updated.error.code);
  const stale = await api.PATCH('/api/v1/users/me', { headers, params: { header }, body: { description: 'too late' } });

  const query = { metadata: { team: 'blue' }, status: 'active', limit: 5 } as const;
  const found = await api.GET('/api/v1/admin/users', { headers: bearer(adminToken), params: { query } });
  if (found.error) throw new Error(found.error.code);

  const config = await api.POST('/api/v1/admin/config/validate', {
    headers: bearer(adminToken),
    body: { settings: { rateLimit: { login: { point: 1 } } } },
  });
  const configErrors = config.error?.code === 'invalid_config' ? config.error.errors.map(({ key }) => key) : [];

  await api.POST('/api/v1/auth/password-reset/request', { body: { email: account.email } });
  const reset = await api.POST('/api/v1/auth/password-reset/complete', {
    body: { token: await mailedToken(), new_password: 'eight lanterns over the bay' },
  });

  return {
    registered: created.data.user,
    tokens,
    refreshed: refreshed.data,
    updated: updated.data,
    stale: stale.error?.code ?? 'none',
    found: found.data.data.map(({ username }) => username),
    again: taken.error ? explain(taken.error) : 'none',
    invalid: refused.error ? explain(refused.error) : 'none',
    configErrors,
    resetStatus: reset.response.status,
  };
};
