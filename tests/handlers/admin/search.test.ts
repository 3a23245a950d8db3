import { beforeAll, describe, expect, it } from 'vitest';
import { withoutRateLimits, useTestApp, type TestResponse, type TestApp } from '../../support/test-app.js';
import { errorsOf, createUser, type TestUser } from '../../support/admin-users.js';

let app: TestApp;
let admin: TestUser;

interface Listed {
  readonly data: readonly { readonly id: string; readonly username: string; readonly created_at: string }[];
  readonly next_cursor: string | null;
}

const list = (query: string): Promise<TestResponse> =>
  app.send('GET', `/api/v1/admin/users?${query}`, { token: admin.token });

const namesOf = async (query: string): Promise<string[]> => {
  const answer = await list(query);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return (answer.body as Listed).data.map(({ username }) => username);
};

/** Every page of a list, and what is done between two of them. */
const walk = async (query: string, between?: () => Promise<unknown>): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Listed = (await list(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`)).body as Listed;
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
    await between?.();
  }
  return ids;
};

/** Inserts many accounts, one per second, the oldest first; every 700th contains `rare`. */
const addUsers = async (count: number): Promise<void> => {
  await app.services.db.knex.raw(
    `INSERT INTO users (id, username, email, metadata, created_at)
      SELECT gen_random_uuid(), CASE WHEN i % 700 = 0 THEN 'rare' ELSE 'crowd' END || i, 'c' || i || '@crowd.example',
        jsonb_build_object('half', CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END, 'seven', (i % 700 = 0)),
        '2020-01-01T00:00:00Z'::timestamptz + i * interval '1 second'
      FROM generate_series(1, ?) i`,
    [count],
  );
};

useTestApp(
  (started) => {
    app = started;
  },
  { settings: withoutRateLimits },
);
beforeAll(async () => {
  admin = await createUser(app, ['user', 'admin'], { username: 'root' });
  await createUser(app, ['user'], {
    username: 'Ada.Lovelace',
    email: 'Countess@Example.org',
    metadata: { crew: 'red', level: 3, vip: true, 'a.b': 'flat', deep: { er: 'x' } },
  });
  await createUser(app, ['user', 'support'], {
    username: 'grace_h',
    metadata: { crew: 'blue', level: '3', vip: null },
  });
  await createUser(app, ['user'], { username: 'percy', email: '100%@example.org' });
  await addUsers(3_000);
});

describe('a search', () => {
  it.each([
    ['q=ada', ['Ada.Lovelace']],
    ['q=LOVE', ['Ada.Lovelace']],
    ['q=ess%40ex', ['Ada.Lovelace']],
    ['q=e_h', ['grace_h']],
    ['q=100%25', ['percy']],
    ['q=h%0A', undefined],
    ['q=hc', []],
    ['q=%5C', []],
    ['q=ada&metadata.crew=blue', []],
    ['metadata.crew=red', ['Ada.Lovelace']],
    ['metadata[crew]=red', ['Ada.Lovelace']],
    ['metadata%5Bcrew%5D=red', ['Ada.Lovelace']],
    ['metadata[deep][er]=x', ['Ada.Lovelace']],
    ['metadata[deep.er]=x', ['Ada.Lovelace']],
    ['metadata[crew]=red&metadata.level=3', ['Ada.Lovelace']],
    ['metadata[crew]=blue&metadata.level=0', []],
    ['metadata.level=3', ['grace_h', 'Ada.Lovelace']],
    ['metadata.level=%223%22', []],
    ['metadata.vip=true', ['Ada.Lovelace']],
    ['metadata.vip=null', ['grace_h']],
    ['metadata.a.b=flat', ['Ada.Lovelace']],
    ['metadata.deep.er=x', ['Ada.Lovelace']],
    ['metadata.deep=x', []],
    ['metadata.crew=red&metadata.level=3', ['Ada.Lovelace']],
    ['metadata.level=1e999', []],
    ['role=support', ['grace_h']],
    ['role=admin', ['root']],
    ['role=nobody-has-it', []],
    ['role=support&q=ada', []],
    ['created_before=2020-01-01T00:00:03Z', ['crowd2', 'crowd1']],
    ['created_after=2020-01-01T00:49:58.000Z&created_before=2020-01-01T01:50:00%2B01:00', ['crowd2999']],
    ['status=deleted', []],
    ['status=blocked', []],
  ])('for %s', async (query, names) => {
    if (names === undefined) expect(errorsOf(await list(query))).toEqual(['/q control_character']);
    else expect(await namesOf(query)).toEqual(names);
  });

  it('finds rare matches behind many newer accounts, and frequent ones, each exactly once', async () => {
    for (const [query, count] of [
      ['q=rare', 4],
      ['metadata.seven=true', 4],
      ['q=crowd', 3_000],
      ['metadata.half=odd', 1_500],
      ['q=crowd&metadata.half=even', 1_500],
      ['q=1', 2_017],
    ] as const) {
      const ids = await walk(`limit=100&${query}`);
      const isPage = query === 'q=1';
      if (!isPage) expect([query, ids.length]).toEqual([query, count]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('shows each account once while others are added', async () => {
    let added = 0;
    const add = (): Promise<unknown> => createUser(app, ['user'], { username: `latecomer${String((added += 1))}` });
    const before = await walk('limit=100');
    const ids = await walk('limit=100', add);
    expect(added).toBeGreaterThan(20);
    expect(ids).toEqual(before);
    const rare = await walk('limit=1&q=rare', add);
    expect([rare.length, new Set(rare).size]).toEqual([4, 4]);
  });

  it.each([
    ['sort=password_hash', '/sort unknown_field'],
    ['password_hash=x', '/password_hash unknown_field'],
    ['order=id', '/order unknown_field'],
    ['email=x', '/email unknown_field'],
    ['__proto__=x', '/__proto__ unknown_field'],
    ['__proto__.x=x', '/__proto__.x unknown_field'],
    ['constructor.x=x', '/constructor.x unknown_field'],
    ['metadata=x', '/metadata wrong_type'],
    ['metadata=x&metadata.y=z', '/metadata.y unknown_field'],
    ['metadata.=x', '/metadata/ unknown_field'],
    ['metadata.__proto__=x', '/metadata/__proto__ unknown_field'],
    ['metadata.a=1&metadata.a=2', '/metadata/a wrong_type'],
    ['metadata.a=%00', '/metadata/a control_character'],
    ['metadata[a]=1&metadata[a]=2', '/metadata/a wrong_type'],
    ['metadata.a=1&metadata[a]=2', '/metadata/a wrong_type'],
    ['metadata[a]=1&metadata=x', '/metadata[a] unknown_field'],
    ['metadata[]=x', '/metadata/ unknown_field'],
    ['metadata[__proto__]=x', '/metadata/__proto__ unknown_field'],
    ['metadata[a=1', '/metadata[a unknown_field'],
    ['q[a]=1', '/q wrong_type'],
    ['other[a]=1', '/other[a] unknown_field'],
    ['q=', '/q too_short'],
    ['q=a&q=b', '/q wrong_type'],
    ['q=%00', '/q control_character'],
    ['status=gone', '/status invalid'],
    ['role=Admin', '/role invalid_format'],
    ['created_after=yesterday', '/created_after invalid_format'],
    ['created_after=2020-13-01T00:00:00Z', '/created_after invalid_format'],
    ['cursor=abc', '/cursor invalid_cursor'],
    ['q=abc&cursor=abc', '/cursor invalid_cursor'],
    ['limit=101', '/limit invalid'],
  ])('rejects an invalid query with %s', async (query, fault) => {
    const answer = await list(query);
    expect([answer.status, errorsOf(answer)]).toEqual([422, expect.arrayContaining([fault])]);
  });

  it('by status distinguishes active, blocked and deleted accounts', async () => {
    const { knex } = app.services.db;
    await knex('users').where({ username: 'crowd7' }).update({ status: 'blocked' });
    await knex('users')
      .where({ username: 'crowd8' })
      .update({ status: 'blocked', blocked_until: new Date(0) });
    await knex('users').where({ username: 'crowd9' }).update({ status: 'blocked', deleted_at: new Date() });
    expect(await namesOf('status=blocked')).toEqual(['crowd7']);
    expect(await namesOf('status=deleted')).toEqual(['crowd9']);
    const active = await namesOf('status=active&created_before=2020-01-01T00:00:10Z');
    expect(active).toEqual(['crowd8', 'crowd6', 'crowd5', 'crowd4', 'crowd3', 'crowd2', 'crowd1']);
  });
});

describe('the audit log', () => {
  const searchAuditLog = async (query: string): Promise<Record<string, unknown>[]> => {
    const { status, body } = await app.send('GET', `/api/v1/admin/audit-events?${query}`, { token: admin.token });
    expect([status, body]).toEqual([200, expect.anything()]);
    return (body as { data: Record<string, unknown>[] }).data;
  };

  it('can be filtered by actor, subject, action and time', async () => {
    const user = await createUser(app);
    const since = new Date().toISOString();
    const sent = { token: admin.token, headers: { 'X-Request-Id': 'the-one', 'User-Agent': 'probe' } };
    await app.send('PATCH', `/api/v1/admin/users/${user.id}`, { ...sent, body: { description: 'seen' } });
    await app.send('DELETE', `/api/v1/admin/users/${user.id}`, sent);
    const [event, ...others] = await searchAuditLog(`action=user.updated&subject=${user.id}`);
    expect(others).toEqual([]);
    expect(event).toEqual({
      id: expect.any(String) as string,
      action: 'user.updated',
      result: 'success',
      actor_id: admin.id,
      subject_id: user.id,
      ip_address: '127.0.0.1',
      user_agent: 'probe',
      request_id: 'the-one',
      details: { fields: ['description'] },
      created_at: expect.stringMatching(/Z$/) as string,
    });
    expect(await searchAuditLog(`subject=${user.id}`)).toHaveLength(3);
    expect(await searchAuditLog(`actor=${user.id}`)).toEqual([]);
    expect(await searchAuditLog(`actor=${admin.id}&since=${since}&limit=100`)).toHaveLength(3);
    expect(await searchAuditLog(`actor=${admin.id}&until=${since}`)).toEqual([]);
  });

  it.each(['actor=me', 'subject=x', 'action=', 'since=now', 'until=1', 'request_id=', 'sort=id', 'details.x=1'])(
    'is not read by %s',
    async (query) => {
      const answer = await app.send('GET', `/api/v1/admin/audit-events?${query}`, { token: admin.token });
      expect([answer.status, errorsOf(answer)]).toEqual([422, [expect.any(String)]]);
    },
  );
});
