import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { useDatabase } from '../support/postgres.js';
import { Workplace } from './support.js';

let db: Database;
let url: string;
let place: Workplace;

useDatabase((made, opened) => {
  url = made.url;
  db = opened;
});
beforeEach(async () => {
  await db.knex('users').delete();
  await db.knex('roles').where({ builtin: false }).delete();
  place = new Workplace(url);
});
afterEach(() => {
  place.remove();
});

describe('rollcall roles', () => {
  it('creates, lists, changes and deletes a role, and records each change', async () => {
    const created = await place.run([
      'roles',
      'create',
      'auditor',
      '--permission',
      'audit:read',
      '--permission',
      'users:read',
    ]);
    expect(created).toMatchObject({ exitCode: 0, stdout: 'role auditor created\n' });
    expect((await place.run(['roles', 'list'])).stdout).toMatch(/^auditor +no +audit:read,users:read +-$/m);
    const updated = await place.run(['roles', 'update', 'auditor', '--permission', 'audit:read', '--json']);
    expect(JSON.parse(updated.stdout)).toMatchObject({ data: { name: 'auditor', permissions: ['audit:read'] } });
    expect((await place.run(['roles', 'delete', 'auditor', '--yes'])).stdout).toBe('role auditor deleted\n');
    const actions = await db.knex('audit_events').where('action', 'like', 'role.%').orderBy('id').pluck('action');
    expect(actions.slice(-3)).toEqual(['role.created', 'role.updated', 'role.deleted']);
  });

  it('rejects invalid values and built-in roles', async () => {
    const invalid = await place.run(['roles', 'create', 'x', '--permission', 'everything']);
    expect([invalid.exitCode, invalid.stderr]).toEqual([
      1,
      expect.stringMatching(/^rollcall: .*name.*; .*permissions/),
    ]);
    const builtin = await place.run(['roles', 'update', 'admin', '--description', 'changed']);
    expect(builtin.stderr).toBe('rollcall: The role "admin" is built in.\n');
  });
});

describe('rollcall users create, update and roles', () => {
  it('creates an account with a one-time code, and replaces its roles', async () => {
    const created = await place.run(['users', 'create', 'ada', '--email', 'ada@example.org', '--role', 'user']);
    expect(created.stdout).toMatch(/^ada created\ncode: \S+\nexpires: \S+\n$/);
    expect((await place.run(['users', 'roles', 'ada', 'user', 'support'])).stdout).toBe(
      'ada has the roles support, user\n',
    );
    const shown = JSON.parse((await place.run(['users', 'show', 'ada', '--json'])).stdout) as {
      data: { roles: string[] };
    };
    expect(shown.data.roles).toEqual(['support', 'user']);
  });

  it('changes the profile, and clears fields whose value is empty', async () => {
    await place.run(['users', 'create', 'ada', '--email', 'ada@example.org']);
    const values = [
      '--description',
      'writes programs',
      '--current-goal',
      'to compute',
      '--metadata',
      '{"plan": "pro"}',
    ];
    expect(await place.run(['users', 'update', 'ada', ...values])).toEqual({
      ...{ exitCode: 0, stdout: 'ada updated\n', stderr: '' },
    });
    const shown = await place.run(['users', 'update', 'ada', '--email', '', '--description', '', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      data: { email: null, description: null, current_goal: 'to compute', metadata: { plan: 'pro' } },
    });
    const event = { action: 'user.updated' };
    const rows = await db.knex('audit_events').where(event).orderBy('id').select<{ details: object }[]>('details');
    expect(rows.at(-1)?.details).toMatchObject({ via: 'cli', fields: ['email', 'description'] });
    const cleared = await place.run(['users', 'update', 'ada', '--metadata', '', '--json']);
    expect(JSON.parse(cleared.stdout)).toMatchObject({ data: { metadata: {} } });
  });

  it('emails a link to a new email address', async () => {
    await place.run(['users', 'create', 'ada']);
    const updated = await place.run(['users', 'update', 'ada', '--email', 'ada@example.com', '--json']);
    expect(JSON.parse(updated.stdout)).toMatchObject({ data: { email: 'ada@example.com', email_verified: false } });
    expect(await db.knex('mail_outbox').where({ kind: 'email_verification' })).toHaveLength(1);
  });

  it.each([
    [['--email', 'ada', '--metadata', '[]'], 'email must be an email address; metadata must be an object'],
    [['--metadata', 'plan'], '--metadata is not valid JSON'],
    [[], 'nothing to change: give --email, --description, --current-goal or --metadata'],
  ])('rejects the profile %j', async (options, message) => {
    await place.run(['users', 'create', 'ada']);
    const { exitCode, stderr } = await place.run(['users', 'update', 'ada', ...options]);
    expect([exitCode, stderr]).toEqual([1, `rollcall: ${message}\n`]);
  });

  it('rejects unknown roles and taken usernames', async () => {
    await place.run(['users', 'create', 'ada']);
    expect((await place.run(['users', 'create', 'ada'])).stderr).toBe('rollcall: The username "ada" is taken.\n');
    expect((await place.run(['users', 'roles', 'ada', 'wizard'])).exitCode).toBe(1);
  });
});
