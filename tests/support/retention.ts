import { createAdministrator } from '../../src/server/startup/administrator.js';
import type { TestResponse, TestApp } from './test-app.js';

/** A password that the policy accepts. */
export const password = 'walnut orchard in the rain';

/** A user who is logged in. */
export interface Member {
  readonly id: string;
  readonly username: string;
  readonly token: string;
}

/** Logs in with the password that all test users have. */
export const logIn = (app: TestApp, username: string): Promise<TestResponse> =>
  app.send('POST', '/api/v1/auth/login', { body: { username, password } });

/** Logs an existing user in. */
export const enter = async (app: TestApp, username: string): Promise<Member> => {
  const { status, body } = await logIn(app, username);
  if (status !== 200) throw new Error(`not logged in: ${JSON.stringify(body)}`);
  const { access_token: token, user } = body as { access_token: string; user: { id: string } };
  return { id: user.id, username, token };
};

/** Registers a user and logs in. */
export const join = async (app: TestApp, username: string, fields: object = {}): Promise<Member> => {
  const response = await app.send('POST', '/api/v1/auth/register', { body: { username, password, ...fields } });
  if (response.status !== 201) throw new Error(`not registered: ${JSON.stringify(response.body)}`);
  return enter(app, username);
};

/** Creates an administrator and logs in. */
export const joinAdmin = async (app: TestApp, username: string): Promise<Member> => {
  await createAdministrator(app.services, { username, password });
  return enter(app, username);
};

/** Status and code of a response, as one string. */
export const outcomeOf = ({ status, body }: TestResponse): string => {
  const code = (body as { code?: string } | null)?.code;
  return code === undefined ? String(status) : `${String(status)} ${code}`;
};

/** The audit events about a user, oldest first, as `action result`. */
export const auditEventsOf = async (app: TestApp, id: string): Promise<string[]> => {
  const rows = (await app.services.db.knex('audit_events').where({ subject_id: id }).orderBy('id')) as {
    action: string;
    result: string;
  }[];
  return rows.map(({ action, result }) => `${action} ${result}`);
};

/** Every row of every table as text. */
export const wholeDatabase = async (app: TestApp): Promise<string> => {
  const { knex } = app.services.db;
  const { rows: tables } = await knex.raw<{ rows: { name: string }[] }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
      AND NOT relispartition`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await knex.raw<{ rows: { text: string }[] }>('SELECT t::text AS text FROM ?? t', [name]);
    texts.push(...rows.map(({ text }) => `${name}: ${text}`));
  }
  return texts.join('\n');
};

/** Milliseconds in a day. */
export const day = 86_400_000;
