import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { OutgoingMail } from '../../../src/models/mail/outgoing-mail.js';
import type { RollcallWorld } from '../../support/world.js';

const mailPath = (world: RollcallWorld): string => `/api/v1/admin/mails/${world.saved.get('mail') as string}`;

Given('a dead email to {word} is in the outbox', async function (this: RollcallWorld, address: string) {
  const { services } = await this.ready();
  const { db, clock } = services;
  // In one transaction, since a running delivery would otherwise send the email before it is marked as dead.
  await db.transaction(async (trx) => {
    await OutgoingMail.enqueue(trx, { kind: 'magic_link', userId: null, address, now: clock.now() });
    const mail = (await OutgoingMail.query(trx).findOne({ address, state: 'queued' })) as OutgoingMail;
    await mail.$query(trx).patch({ state: 'dead', attempts: 8, lastError: 'unreachable' });
    this.saved.set('mail', mail.id);
  });
});

When('{account} requests the emails of {account}', async function (this: RollcallWorld, as: string, name: string) {
  const found = await this.send('GET', `/api/v1/admin/users?q=${this.user(name).username}`, { as });
  const [user] = found.json<{ data: { id: string }[] }>().data;
  await this.send('GET', `/api/v1/admin/mails?user=${user?.id ?? ''}`, { as });
});

When('{account} retries the email', async function (this: RollcallWorld, as: string) {
  await this.send('POST', `${mailPath(this)}/retry`, { as });
});

When('{account} drops the email', async function (this: RollcallWorld, as: string) {
  await this.send('DELETE', mailPath(this), { as });
});

When('{account} sends a test email to {word}', async function (this: RollcallWorld, as: string, to: string) {
  await this.send('POST', '/api/v1/admin/mails/test', { as, body: { to } });
});

When('{account} previews the template {word}', async function (this: RollcallWorld, as: string, template: string) {
  await this.send('POST', '/api/v1/admin/mails/templates/preview', { as, body: { template } });
});

When(
  '{account} previews the template {word} with the document {string}',
  async function (this: RollcallWorld, as: string, template: string, document: string) {
    await this.send('POST', '/api/v1/admin/mails/templates/preview', { as, body: { template, document } });
  },
);

Then('the preview has the subject {string}', function (this: RollcallWorld, subject: string) {
  assert.equal(this.response.json<{ subject: string }>().subject, subject, this.response.text);
});

Then('the preview contains {string}', function (this: RollcallWorld, text: string) {
  const preview = this.response.json<{ text: string; html: string }>();
  assert.ok(preview.text.includes(text) && preview.html.includes(text), this.response.text);
});
