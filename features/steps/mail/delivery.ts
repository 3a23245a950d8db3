import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { After, defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import { allAtOnce } from '../../support/http/batch.js';
import { mailRequestPattern, sendMailRequest } from '../../support/mail/mail-request.js';
import { MailServer } from '../../support/mail/mail-server.js';
import * as mail from '../../support/mail/mail-service.js';
import type { ReceivedMail } from '../../support/mail/mailbox.js';
import { mailTo } from '../../support/mail/mailed-link.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';

/** Changes how the mail server of the scenario behaves. */
type ServerChange = (server: MailServer) => unknown;

defineParameterType({
  name: 'mail server change',
  regexp: /stops|starts again|defers all email|rejects the recipient \S+/,
  transformer: (text: string): ServerChange => {
    if (text === 'stops') return (server) => server.close();
    if (text === 'starts again') return (server) => server.listen();
    if (text.startsWith('rejects')) return (server) => server.unknownRecipients.add(text.split(' ').at(-1) ?? '');
    return (server) => (server.defersAll = true);
  },
});

defineParameterType({
  name: 'mail request',
  regexp: mailRequestPattern,
  transformer: (name: string) => name,
});

const requestLoginLink = async (world: RollcallWorld, email: string): Promise<void> => {
  await world.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  assert.equal(world.response.status, 202, world.response.text);
};

const writeTemplate = async (world: RollcallWorld, name: string, text: string): Promise<void> => {
  mkdirSync(join((await world.ready()).configDirectory, 'templates'), { recursive: true });
  // As bytes: the operator parses a string as settings.
  await world.operator.write(`templates/${name}`, Buffer.from(text));
};

After({ name: 'stop email delivery' }, async function (this: RollcallWorld) {
  await mail.stopDelivery(this);
  await Promise.all(mail.serversOf(this).map((server) => server.close()));
});

Given('the service delivers email', async function (this: RollcallWorld) {
  mail.startDelivery(this, await this.ready());
});

Given('the service delivers email through a mail server', async function (this: RollcallWorld) {
  await this.operator.setAll(mail.keysFor(await mail.startServer(this)));
  mail.startDelivery(this, this.app);
});

Given('a second instance delivers email too', async function (this: RollcallWorld) {
  mail.startDelivery(this, await this.startSecondApp());
});

When('the service is restarted and delivers email again', async function (this: RollcallWorld) {
  await mail.stopDelivery(this);
  await this.restartApp();
  mail.startDelivery(this, this.app);
});

When('the mail server {mail server change}', async function (this: RollcallWorld, change: ServerChange) {
  await change(mail.serverOf(this));
});

When('a login link for {word} is requested', async function (this: RollcallWorld, email: string) {
  await requestLoginLink(this, email);
});

When('login links for {int} recipients are requested', async function (this: RollcallWorld, count: number) {
  for (let index = 1; index <= count; index += 1) {
    await requestLoginLink(this, `person-${String(index)}@example.org`);
  }
});

When(
  'login links for {int} recipients are requested at once from {word}',
  async function (this: RollcallWorld, count: number, clientIp: string) {
    await allAtOnce(this, count, (index) => {
      const body = { email: `unknown-${String(index)}@example.org` };
      return this.send('POST', '/api/v1/auth/magic-link/request', { clientIp, body });
    });
  },
);

When('{mail request} is requested from {word}', async function (this: RollcallWorld, name: string, clientIp: string) {
  await sendMailRequest(this, name, clientIp);
});

When('the operator writes the template {word}:', async function (this: RollcallWorld, name: string, text: string) {
  await writeTemplate(this, name, text);
  await this.operator.waitForRevision();
});

When(
  'the operator writes the template {word}, which is rejected:',
  async function (this: RollcallWorld, name: string, text: string) {
    await writeTemplate(this, name, text);
    await this.operator.waitForRejection();
  },
);

When('the operator configures a mail server that is not running', async function (this: RollcallWorld) {
  const server = await MailServer.start();
  await server.close();
  const settings = { transport: 'smtp', smtp: { host: '127.0.0.1', port: server.port } };
  await this.operator.write(
    'local.yaml',
    JSON.stringify({ mail: settings, server: { publicUrl: 'https://accounts.example.org' } }),
  );
  await this.operator.waitForRejection();
});

Then('the mail server receives one email for {word}', async function (this: RollcallWorld, email: string) {
  await waitUntil('the email is received', () => mail.serverOf(this).accepted.length > 0, mail.mailTimeoutMs);
  assert.deepEqual(mail.serverOf(this).accepted, [email]);
});

Then(
  'the mail server receives one email for each of the {int} recipients',
  async function (this: RollcallWorld, count: number) {
    const { accepted } = mail.serverOf(this);
    await waitUntil('all emails are received', () => accepted.length >= count, mail.mailTimeoutMs);
    await mail.stopDelivery(this);
    assert.deepEqual([accepted.length, new Set(accepted).size], [count, count]);
  },
);

Then(
  '{word} receives an email with the {word} {string}',
  async function (this: RollcallWorld, email: string, part: string, value: string) {
    const [received] = (await mailTo(this, [email])) as (ReceivedMail & { from: { address: string } })[];
    assert.ok(received);
    const text = value.replace('<link>', String(received.links[0]));
    const found: Readonly<Record<string, string>> = {
      subject: received.subject,
      sender: received.from.address,
      text: received.text,
    };
    assert.equal(found[part], text);
  },
);
