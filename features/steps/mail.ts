import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { After, Given, Then, When } from '@cucumber/cucumber';
import { startMailDelivery } from '../../src/jobs/mail/start.js';
import { deliverMail, type ReceivedMail } from '../support/mailbox.js';
import { MailServer, type MailServerMode } from '../support/mail-server.js';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld, RunningApp } from '../support/world.js';

/** How long mail may take to leave, in milliseconds. */
const patienceMs = 10_000;

/** The mail server of the story, the last one if there are several. */
export const serverOf = (world: RollcallWorld): MailServer => world.saved.get('mail server') as MailServer;

const serversOf = (world: RollcallWorld): MailServer[] =>
  (world.saved.get('mail servers') as MailServer[] | undefined) ?? [];

/** Starts a mail server, which is that of the story from now on. */
export const startServer = async (world: RollcallWorld, manner: MailServerMode = 'plain'): Promise<MailServer> => {
  const server = await MailServer.start(manner);
  world.saved.set('mail server', server);
  world.saved.set('mail servers', [...serversOf(world), server]);
  return server;
};

/** What stops the workers of the scenario, by the app whose mail they send. */
const workersOf = (world: RollcallWorld): Map<string, () => Promise<void>> => {
  const known = world.saved.get('mail workers') as Map<string, () => Promise<void>> | undefined;
  const workers = known ?? new Map<string, () => Promise<void>>();
  world.saved.set('mail workers', workers);
  return workers;
};

const sendMailOf = (world: RollcallWorld, { url, services }: RunningApp): void => {
  workersOf(world).set(url, startMailDelivery(services));
};

const stopMail = async (world: RollcallWorld): Promise<void> => {
  const workers = workersOf(world);
  await Promise.all([...workers.values()].map((stop) => stop()));
  workers.clear();
};

After({ name: 'mail is no longer sent' }, async function (this: RollcallWorld) {
  await stopMail(this);
  await Promise.all(serversOf(this).map((server) => server.close()));
});

/** The settings by which mail goes to a server. */
export const keysFor = ({ port }: MailServer): Record<string, unknown> => ({
  'mail.transport': 'smtp',
  'server.publicUrl': 'https://accounts.example.org',
  'mail.smtp.host': '127.0.0.1',
  'mail.smtp.port': port,
});

const askForLink = async (world: RollcallWorld, email: string): Promise<void> => {
  await world.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  assert.equal(world.response.status, 202, world.response.text);
};

/** The value of a metric of this instance. */
const metric = async (world: RollcallWorld, name: string): Promise<number> => {
  const lines = (await world.app.services.metrics.expose()).split('\n');
  return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
};

const writeTemplate = async (world: RollcallWorld, name: string, text: string): Promise<void> => {
  mkdirSync(join((await world.ready()).configDirectory, 'templates'), { recursive: true });
  // As octets: the operator takes a text for settings.
  await world.operator.write(`templates/${name}`, Buffer.from(text));
};

/** The only mail that goes out, which is to that address. */
const onlyMailTo = async (world: RollcallWorld, address: string): Promise<ReceivedMail> => {
  const mails = await deliverMail(world);
  assert.deepEqual(
    mails.map(({ to }) => to),
    [address],
  );
  return mails[0] as ReceivedMail;
};

Given('the service sends its mail', async function (this: RollcallWorld) {
  sendMailOf(this, await this.ready());
});

Given('the service sends its mail through a mail server', async function (this: RollcallWorld) {
  await this.operator.setAll(keysFor(await startServer(this)));
  sendMailOf(this, this.app);
});

Given('a second instance sends the same mail', async function (this: RollcallWorld) {
  sendMailOf(this, await this.startSecondApp());
});

When('the service is restarted, and sends its mail again', async function (this: RollcallWorld) {
  await stopMail(this);
  await this.restartApp();
  sendMailOf(this, this.app);
});

Given('the mail server goes away', async function (this: RollcallWorld) {
  await serverOf(this).close();
});

When('the mail server comes back', async function (this: RollcallWorld) {
  await serverOf(this).listen();
});

Given('the mail server knows no {word}', function (this: RollcallWorld, address: string) {
  serverOf(this).unknownRecipients.add(address);
});

When('a login link to {word} is asked for', async function (this: RollcallWorld, address: string) {
  await askForLink(this, address);
});

When('login links to {int} addresses are asked for', async function (this: RollcallWorld, count: number) {
  for (let index = 1; index <= count; index += 1) await askForLink(this, `person-${String(index)}@example.org`);
});

When('the operator writes the template {word}:', async function (this: RollcallWorld, name: string, text: string) {
  await writeTemplate(this, name, text);
  await this.operator.waitForRevision();
});

When(
  'the operator writes the template {word}, which is refused:',
  async function (this: RollcallWorld, name: string, text: string) {
    await writeTemplate(this, name, text);
    await this.operator.waitForRejection();
  },
);

When('the operator sends mail to a server that is not there', async function (this: RollcallWorld) {
  const server = await MailServer.start();
  await server.close();
  const settings = { transport: 'smtp', smtp: { host: '127.0.0.1', port: server.port } };
  await this.operator.write(
    'local.yaml',
    JSON.stringify({ mail: settings, server: { publicUrl: 'https://accounts.example.org' } }),
  );
  await this.operator.waitForRejection();
});

Given('the mail server defers all mail', function (this: RollcallWorld) {
  serverOf(this).defersAll = true;
});

Then(/^the mail waits, since (?:the mail server|it) is (\w+)$/, async function (this: RollcallWorld, reason: string) {
  const failures = `rollcall_mail_failures_total{reason="${reason}"}`;
  await waitUntil('an attempt', async () => (await metric(this, failures)) > 0, patienceMs);
  await waitUntil(
    'it waits',
    async () => (await metric(this, 'rollcall_mail_outbox_depth{state="queued"}')) === 1,
    patienceMs,
  );
});

Then('the mail server gets one mail to {word}', async function (this: RollcallWorld, address: string) {
  await waitUntil('the mail', () => serverOf(this).accepted.length > 0, patienceMs);
  assert.deepEqual(serverOf(this).accepted, [address]);
});

Then('the mail server gets one mail to each of the {int}', async function (this: RollcallWorld, count: number) {
  const { accepted } = serverOf(this);
  await waitUntil('the mails', () => accepted.length >= count, patienceMs);
  await stopMail(this);
  assert.deepEqual([accepted.length, new Set(accepted).size], [count, count]);
});

Then('the operator sees {int} dead mail(s)', async function (this: RollcallWorld, count: number) {
  await waitUntil(
    'it is seen',
    async () => (await metric(this, 'rollcall_mail_outbox_depth{state="dead"}')) === count,
    patienceMs,
  );
});

Then('the operator sees that {int} mail(s) was/were dropped', async function (this: RollcallWorld, count: number) {
  const dropped = 'rollcall_mail_dropped_total{reason="rate_limited"}';
  await waitUntil('it is seen', async () => (await metric(this, dropped)) === count, patienceMs);
});

Then('{int} mails to {word} go(es) out in all', async function (this: RollcallWorld, count: number, address: string) {
  const mails = await deliverMail(this);
  assert.deepEqual(
    mails.map(({ to }) => to),
    Array.from({ length: count }, () => address),
  );
});

Then(
  '{word} gets a mail with the subject {string}',
  async function (this: RollcallWorld, address: string, subject: string) {
    assert.equal((await onlyMailTo(this, address)).subject, subject);
  },
);

Then('{word} gets a mail from {word}', async function (this: RollcallWorld, address: string, sender: string) {
  const { from } = (await onlyMailTo(this, address)) as ReceivedMail & { from: { address: string } };
  assert.equal(from.address, sender);
});

Then('{word} gets the text {string} with a link', async function (this: RollcallWorld, address: string, text: string) {
  const mail = await onlyMailTo(this, address);
  assert.equal(mail.text, `${text} ${String(mail.links[0])}`);
});
