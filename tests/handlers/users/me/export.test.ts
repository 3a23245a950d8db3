import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { PersonalData } from '../../../../src/contract/leaving.js';
import { useTestApp, type TestApp } from '../../../support/test-app.js';
import { enter, join, joinAdmin, logIn, outcomeOf, auditEventsOf } from '../../../support/retention.js';

let app: TestApp;

useTestApp((started) => {
  app = started;
});

const download = async (token: string): Promise<z.infer<typeof PersonalData>> => {
  const { body } = await app.send('GET', '/api/v1/users/me/export', { token });
  return PersonalData.parse(body);
};

describe('the export of personal data', () => {
  it('is a download that must not be cached', async () => {
    const { token } = await join(app, 'download');
    const { status, headers } = await app.send('GET', '/api/v1/users/me/export', { token });
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(headers.get('Content-Disposition')).toMatch(/^attachment; filename="rollcall-\d{4}-\d\d-\d\d\.json"$/);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(outcomeOf(await app.send('GET', '/api/v1/users/me/export'))).toBe('401 unauthorized');
  });

  it('contains profile, sessions, audit events and greetings, and is itself audited', async () => {
    const first = await join(app, 'whole', { email: 'whole@example.org', description: 'All "of" it' });
    await logIn(app, 'whole');
    await app.send('DELETE', '/api/v1/users/me/sessions', { token: first.token });
    await app.send('POST', '/api/v1/auth/login', { body: { username: 'whole', password: 'wrong' } });
    await app.send('GET', '/api/v1/greet', { token: first.token });
    const data = await download(first.token);
    const { body: profile } = await app.send('GET', '/api/v1/users/me', { token: first.token });
    expect(data.profile).toEqual(profile);
    expect(data.sessions.map(({ end_reason: reason }) => reason)).toEqual(['revoked', null]);
    expect(data.greetings.map(({ message }) => message)).toEqual(['Hello whole!']);
    expect(data.audit_events.map(({ action }) => action).sort()).toEqual([
      'session.ended',
      'user.exported',
      'user.login',
      'user.login',
      'user.login_failed',
      'user.registered',
    ]);
    expect(await auditEventsOf(app, first.id)).toContain('user.exported success');
    expect(JSON.stringify(data)).not.toContain('$2b$');
  });

  it('does not reveal other actors or their IP addresses', async () => {
    const admin = await joinAdmin(app, 'the-admin');
    const { id, token } = await join(app, 'acted-upon');
    await app.services.db.knex('audit_events').insert([
      {
        ...{ id: '01900000-0000-7000-8000-00000000aaaa', action: 'user.updated', result: 'success' },
        ...{ actor_id: admin.id, subject_id: id, ip_address: '192.0.2.7', user_agent: 'the admin’s browser' },
      },
    ]);
    const data = await download(token);
    expect(data.audit_events.find(({ action }) => action === 'user.updated')).toMatchObject({
      ...{ actor_id: null, subject_id: id, ip_address: null, user_agent: null },
    });
    expect(data.audit_events.find(({ action }) => action === 'user.login')).toMatchObject({ ip_address: '127.0.0.1' });
  });

  it('does not contain the reason for a block', async () => {
    const admin = await joinAdmin(app, 'the-blocker');
    const { id } = await join(app, 'was-blocked');
    for (const body of [{ status: 'blocked', blocked_reason: 'sends spam' }, { status: 'active' }]) {
      await app.send('PATCH', `/api/v1/admin/users/${id}`, { body, token: admin.token });
    }
    const data = await download((await enter(app, 'was-blocked')).token);
    expect(data.audit_events.find(({ action }) => action === 'user.blocked')).toMatchObject({
      details: { until: null },
    });
    expect(JSON.stringify(data)).not.toContain('sends spam');
  });

  it('contains each row of a long history once', async () => {
    const { id } = await join(app, 'long');
    await app.services.db.knex.raw(
      `INSERT INTO greetings (id, user_id, message, created_at)
        SELECT gen_random_uuid(), :id, 'Hello ' || n, now() - make_interval(secs => n / 7) FROM generate_series(1, 2600) n`,
      { id },
    );
    await app.services.db.knex.raw(
      `INSERT INTO audit_events (id, action, result, subject_id, created_at)
        SELECT gen_random_uuid(), 'user.login_failed', 'failure', :id, now() FROM generate_series(1, 1500)`,
      { id },
    );
    const data = await download((await enter(app, 'long')).token);
    expect(new Set(data.greetings.map(({ message }) => message)).size).toBe(2600);
    expect(data.greetings).toHaveLength(2600);
    expect(data.audit_events.filter(({ action }) => action === 'user.login_failed')).toHaveLength(1500);
  });
});
