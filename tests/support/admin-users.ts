import { randomBytes } from 'node:crypto';
import { beforeAll } from 'vitest';
import type { AdminUser } from '../../src/contract/admin-user.js';
import { Session } from '../../src/models/sessions/session.js';
import { User, type NewUser } from '../../src/models/accounts/user.js';
import { useTestApp, withoutRateLimits, type TestResponse, type TestApp } from './test-app.js';

/** An account with a session that is open. */
export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly token: string;
}

/** Opens a session of an account and signs its access token, without a password's cost. */
export const openSession = async ({ services }: TestApp, user: Pick<User, 'id' | 'username'>): Promise<string> => {
  const { db, clock, config, accessTokens } = services;
  const requestMetadata = { ipAddress: '127.0.0.1', userAgent: null, requestId: 'test' };
  const lifetimes = config.current.auth.refresh;
  const { session } = await db.transaction((trx) =>
    Session.create(trx, { userId: user.id, requestMetadata, now: clock.now(), lifetimes }),
  );
  const subject = { userId: user.id, sessionId: session.id, username: user.username, roles: [] };
  return accessTokens.sign(subject, config.current.auth).token;
};

/** Makes an account that is logged in. */
export const createUser = async (
  app: TestApp,
  roles: readonly string[] = ['user'],
  extra: Partial<NewUser> = {},
): Promise<TestUser> => {
  const nothing = { passwordHash: null, email: null, description: null, currentGoal: null };
  const username = `p${randomBytes(8).toString('hex')}`;
  const user = await app.services.db.transaction((trx) =>
    User.register(trx, { username, ...nothing, ...extra }, roles),
  );
  return { id: user.id, username: user.username, token: await openSession(app, user) };
};

/** Makes a role with these permissions and gives its name. */
export const createRole = async (app: TestApp, permissions: readonly string[]): Promise<string> => {
  const name = `r${randomBytes(8).toString('hex')}`;
  const { knex } = app.services.db;
  await knex('roles').insert({ id: knex.raw('gen_random_uuid()'), name });
  await knex.raw(
    'INSERT INTO role_permissions (role_id, permission_id) SELECT r.id, p.id FROM roles r, permissions p WHERE r.name = ? AND p.name = ANY(?)',
    [name, [...permissions]],
  );
  return name;
};

/**
 * Starts an app without rate limits and creates an administrator, for the tests of a file.
 * @param receive called with both before the first test
 */
export const useAdministrator = (receive: (app: TestApp, admin: TestUser) => void): void => {
  let app: TestApp;
  useTestApp(
    (started) => {
      app = started;
    },
    { settings: withoutRateLimits },
  );
  beforeAll(async () => {
    receive(app, await createUser(app, ['user', 'admin']));
  });
};

/** The actions of the audit events about an account, oldest first. */
export const auditActionsOf = async ({ services }: TestApp, subjectId: string): Promise<string[]> => {
  const rows = await services.db
    .knex<{ action: string; subject_id: string; created_at: Date; id: string }>('audit_events')
    .where({ subject_id: subjectId })
    .orderBy(['created_at', 'id']);
  return rows.map(({ action }) => action);
};

/** Sends a request with the token of a user. */
export const sendAs = (
  app: TestApp,
  { token }: TestUser,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestResponse> => app.send(method, path, { token, headers, ...(body !== undefined && { body }) });

/** The error code of an error response. */
export const codeOf = ({ body }: TestResponse): unknown => (body as { code?: unknown } | null)?.code;

/** The faults of a refused request, as `path code`. */
export const errorsOf = ({ body }: TestResponse): string[] =>
  ((body as { errors?: { path: string; code: string }[] }).errors ?? []).map(({ path, code }) => `${path} ${code}`);

/** The account in an answer. */
export const adminUserOf = ({ body }: TestResponse): AdminUser => body as AdminUser;
