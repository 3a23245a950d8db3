import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import { waitUntil } from '../support/wait-until.js';
import type { RollcallWorld } from '../support/world.js';
import { keysFor, serverOf, startServer } from '../support/mail-service.js';

/** How long mail may take to leave, in milliseconds. */
const patienceMs = 10_000;

/** The addressees of the mails that lie in a folder. */
const addresseesIn = (folder: string): unknown[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { to: unknown }).to);

When('the operator sends mail through a mail server', async function (this: RollcallWorld) {
  await this.operator.setAll(keysFor(await startServer(this)));
});

When(
  'the operator sends mail through a mail server that speaks TLS from the first byte',
  async function (this: RollcallWorld) {
    const tls = { 'mail.smtp.secure': true, 'mail.smtp.tls.rejectUnauthorized': false };
    await this.operator.setAll({ ...keysFor(await startServer(this, 'tls')), ...tls });
  },
);

When(
  'the operator sends mail through a mail server whose certificate nobody vouches for, which is refused',
  async function (this: RollcallWorld) {
    const { port } = await startServer(this, 'tls');
    const settings = { transport: 'smtp', smtp: { host: '127.0.0.1', port, secure: true } };
    await this.operator.write(
      'local.yaml',
      JSON.stringify({ mail: settings, server: { publicUrl: 'https://accounts.example.org' } }),
    );
    await this.operator.waitForRejection();
  },
);

When(
  'the operator writes mail.transport smtp without server.publicUrl, which is refused',
  async function (this: RollcallWorld) {
    const { port } = await startServer(this);
    await this.operator.write(
      'local.yaml',
      JSON.stringify({ mail: { transport: 'smtp', smtp: { host: '127.0.0.1', port } } }),
    );
    await this.operator.waitForRejection();
  },
);

When('the operator sends mail through a mail server that can encrypt', async function (this: RollcallWorld) {
  const server = await startServer(this, 'starttls');
  await this.operator.setAll({ ...keysFor(server), 'mail.smtp.tls.rejectUnauthorized': false });
});

When(
  'the operator sends mail through a mail server that asks for the login {string}',
  async function (this: RollcallWorld, login: string) {
    const server = await startServer(this, 'login');
    server.login = login;
    await this.operator.setAll(keysFor(server));
  },
);

When('the mail server can encrypt no longer', async function (this: RollcallWorld) {
  const server = serverOf(this);
  await server.close();
  server.mode = 'plain';
  await server.listen();
});

When('the mail server falls silent', function (this: RollcallWorld) {
  serverOf(this).isUnresponsive = true;
});

When('the operator names another folder for mail', async function (this: RollcallWorld) {
  const { configDirectory } = await this.ready();
  await this.operator.set('mail.outboxDir', join(configDirectory, 'another-outbox'));
});

Given('a mail to {word} lies in the folder for mail', async function (this: RollcallWorld, address: string) {
  const { outboxDir } = (await this.ready()).services.config.current.mail;
  await waitUntil('the mail', () => addresseesIn(outboxDir).length > 0, patienceMs);
  assert.deepEqual(addresseesIn(outboxDir), [address]);
});

Then('it came encrypted', function (this: RollcallWorld) {
  assert.equal(serverOf(this).lastSession?.isEncrypted, true);
});

Then('it came in the clear', function (this: RollcallWorld) {
  assert.equal(serverOf(this).lastSession?.isEncrypted, false);
});

Then('it came from the login {string}', function (this: RollcallWorld, login: string) {
  assert.equal(serverOf(this).lastSession?.login, login);
});

Then('the client called itself {string}', function (this: RollcallWorld, name: string) {
  assert.equal(serverOf(this).lastSession?.greeting, name);
});
