import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { MailServerMode } from '../../support/mail/mail-server.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';
import { keysFor, serverOf, startServer } from '../../support/mail/mail-service.js';

/** How long a mail may take to be sent, in milliseconds. */
const timeoutMs = 10_000;

/** A kind of mail server: its mode, the login that it requires, and settings besides host and port. */
interface ServerKind {
  readonly mode: MailServerMode;
  readonly login?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const anyCertificate = { 'mail.smtp.tls.rejectUnauthorized': false };

const parseServerKind = (text: string): ServerKind => {
  const login = /^ that requires the login "(.*)"$/.exec(text)?.[1];
  if (login !== undefined) return { mode: 'login', login, settings: {} };
  if (text === ' with implicit TLS') return { mode: 'tls', settings: { 'mail.smtp.secure': true, ...anyCertificate } };
  if (text === ' with STARTTLS') return { mode: 'starttls', settings: anyCertificate };
  return { mode: 'plain', settings: {} };
};

defineParameterType({
  name: 'server kind',
  regexp: /(?: with implicit TLS| with STARTTLS| that requires the login "[^"]*")?/,
  transformer: parseServerKind,
});

/** The recipients of the mails in a directory. */
const recipientsIn = (directory: string): unknown[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => (JSON.parse(readFileSync(join(directory, name), 'utf8')) as { to: unknown }).to);

When(
  'the operator configures a mail server{server kind}',
  async function (this: RollcallWorld, { mode, login, settings }: ServerKind) {
    const server = await startServer(this, mode);
    if (login !== undefined) server.login = login;
    await this.operator.setAll({ ...keysFor(server), ...settings });
  },
);

When(
  /^the operator configures a mail server, but (its certificate is not trusted|server\.publicUrl is missing)$/,
  async function (this: RollcallWorld, problem: string) {
    const isTls = problem.startsWith('its certificate');
    const { port } = await startServer(this, isTls ? 'tls' : 'plain');
    const mail = { transport: 'smtp', smtp: { host: '127.0.0.1', port, ...(isTls && { secure: true }) } };
    const server = { server: { publicUrl: 'https://accounts.example.org' } };
    await this.operator.write('local.yaml', JSON.stringify({ mail, ...(isTls && server) }));
    await this.operator.waitForRejection();
  },
);

When('the mail server stops offering STARTTLS', async function (this: RollcallWorld) {
  const server = serverOf(this);
  await server.close();
  server.mode = 'plain';
  await server.listen();
});

When('the mail server stops responding', function (this: RollcallWorld) {
  serverOf(this).isUnresponsive = true;
});

When('the operator moves the outbox to another directory', async function (this: RollcallWorld) {
  const { configDirectory } = await this.ready();
  await this.operator.set('mail.outboxDir', join(configDirectory, 'another-outbox'));
});

Given('the outbox directory contains a mail to {word}', async function (this: RollcallWorld, recipient: string) {
  const { outboxDir } = (await this.ready()).services.config.current.mail;
  await waitUntil('the mail is written', () => recipientsIn(outboxDir).length > 0, timeoutMs);
  assert.deepEqual(recipientsIn(outboxDir), [recipient]);
});

Then(/^the mail is sent (with|without) encryption$/, function (this: RollcallWorld, encryption: string) {
  assert.equal(serverOf(this).lastSession?.isEncrypted, encryption === 'with');
});

Then('the mail is sent with the username {string}', function (this: RollcallWorld, username: string) {
  assert.equal(serverOf(this).lastSession?.login, username);
});

Then('the mail client introduces itself as {string}', function (this: RollcallWorld, name: string) {
  assert.equal(serverOf(this).lastSession?.greeting, name);
});
