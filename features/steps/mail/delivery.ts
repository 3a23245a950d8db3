import assert from 'node:assert/strict';
import { After, defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { Sending } from '../../support/http/sending.js';
import { mailRequestPattern, sendMailRequest } from '../../support/mail/mail-request.js';
import type { MailServer } from '../../support/mail/mail-server.js';
import * as mail from '../../support/mail/mail-service.js';
import type { ReceivedMail } from '../../support/mail/mailbox.js';
import { mailTo } from '../../support/mail/mailed-link.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld, RunningApp } from '../../support/world.js';

/** Changes how the mail server of the scenario behaves. */
type ServerChange = (server: MailServer) => unknown;

defineParameterType({
  name: 'mail server change',
  regexp: /stops|starts again|defers all email|rejects the recipient \S+|stops offering STARTTLS|stops responding/,
  transformer: (text: string): ServerChange => {
    if (text === 'stops responding') return (server) => (server.isUnresponsive = true);
    if (text === 'stops offering STARTTLS') {
      return async (server) => {
        await server.close();
        server.mode = 'plain';
        await server.listen();
      };
    }
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

After({ name: 'stop email delivery' }, async function (this: RollcallWorld) {
  await mail.stopDelivery(this);
  await Promise.all(mail.serversOf(this).map((server) => server.close()));
});

Given(/^the (service|second instance) delivers email$/, async function (this: RollcallWorld, name: string) {
  const app = name === 'service' ? await this.ready() : (this.saved.get('second app') as RunningApp);
  mail.startDelivery(this, app);
});

When('the mail server {mail server change}', async function (this: RollcallWorld, change: ServerChange) {
  await change(mail.serverOf(this));
});

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

When('{mail request} is requested{sent}', async function (this: RollcallWorld, name: string, sent: Sending) {
  await sendMailRequest(this, name, sent);
});

Then(
  /^the mail server receives one email for (?:each of the (\d+) recipients|(\S+@\S+))$/,
  async function (this: RollcallWorld, count: string | null, email: string | null) {
    const { accepted } = mail.serverOf(this);
    const expected = Number(count ?? 1);
    await waitUntil('the email is received', () => accepted.length >= expected, mail.mailTimeoutMs);
    if (email !== null) assert.deepEqual(accepted, [email]);
    else {
      await mail.stopDelivery(this);
      assert.deepEqual([accepted.length, new Set(accepted).size], [expected, expected]);
    }
  },
);
