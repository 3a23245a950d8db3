/**
 * An example consumer for openapi-typescript and openapi-fetch. The test generates `schema.ts` in the same folder, compiles
 * this file with strict settings, and runs it.
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

/** A message for each error code of a registration. A missing code is a compile error. */
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
  readonly resetStatus: number;
}

/** @throws {Error} if a response is not the expected one */
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
  const rejected = await api.POST('/api/v1/auth/register', { body: { username: 'x', password: account.password } });

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
    duplicate: taken.error ? explain(taken.error) : 'none',
    invalid: rejected.error ? explain(rejected.error) : 'none',
    configErrors,
    resetStatus: reset.response.status,
  };
};
