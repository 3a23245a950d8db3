import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { MailServerMode } from '../../support/mail/mail-server.js';
import { waitUntil } from '../../support/wait-until.js';
import type { RollcallWorld } from '../../support/world.js';
import { keysFor, serverOf, startServer } from '../../support/mail/mail-service.js';

/** How long an email may take to be sent, in milliseconds. */
const timeoutMs = 10_000;

/** Starts a mail server and configures it. */
type Configuration = (world: RollcallWorld) => Promise<void>;

const publicUrl = { server: { publicUrl: 'https://accounts.example.org' } };

/** Writes settings for a mail server that the service rejects. */
const writeInvalid = async ({ operator }: RollcallWorld, port: number, smtp: object, others: object): Promise<void> => {
  const mail = { transport: 'smtp', smtp: { host: '127.0.0.1', port, ...smtp } };
  await operator.write('local.yaml', JSON.stringify({ mail, ...others }));
  await operator.waitForRejection();
};

const configure =
  (mode: MailServerMode, settings: Readonly<Record<string, unknown>> = {}, login?: string): Configuration =>
  async (world) => {
    const server = await startServer(world, mode);
    if (login !== undefined) server.login = login;
    await world.operator.setAll({ ...keysFor(server), ...settings });
  };

const anyCertificate = { 'mail.smtp.tls.rejectUnauthorized': false };

/** How a mail server is configured, by the phrases of the steps. */
const configurations: Readonly<Record<string, Configuration>> = {
  '': configure('plain'),
  ' with implicit TLS': configure('tls', { 'mail.smtp.secure': true, ...anyCertificate }),
  ' with STARTTLS': configure('starttls', anyCertificate),
  ' that is not running': async (world) => {
    const server = await startServer(world);
    await server.close();
    await writeInvalid(world, server.port, {}, publicUrl);
  },
  ', but its certificate is not trusted': async (world) => {
    const { port } = await startServer(world, 'tls');
    await writeInvalid(world, port, { secure: true }, publicUrl);
  },
  ', but server.publicUrl is missing': async (world) => {
    await writeInvalid(world, (await startServer(world)).port, {}, {});
  },
};

defineParameterType({
  name: 'mail configuration',
  regexp: new RegExp(`(?:${Object.keys(configurations).filter(Boolean).join('|')}| that requires the login "[^"]*")?`),
  transformer: (text: string): Configuration | undefined =>
    configurations[text] ?? configure('login', {}, text.slice(' that requires the login "'.length, -1)),
});

/** The recipients of the emails in a directory, which the first email creates. */
const recipientsIn = (directory: string): unknown[] =>
  (existsSync(directory) ? readdirSync(directory) : [])
    .filter((name) => name.endsWith('.json'))
    .map((name) => (JSON.parse(readFileSync(join(directory, name), 'utf8')) as { to: unknown }).to);

Given(
  'the operator (has )configure(s)(d) a mail server{mail configuration}',
  async function (this: RollcallWorld, configureServer: Configuration) {
    await configureServer(this);
  },
);

When('the operator moves the outbox to another directory', async function (this: RollcallWorld) {
  const { configDirectory } = await this.ready();
  await this.operator.set('mail.outboxDir', join(configDirectory, 'another-outbox'));
});

Then('the outbox directory contains an email to {word}', async function (this: RollcallWorld, recipient: string) {
  const { outboxDir } = (await this.ready()).services.config.current.mail;
  await waitUntil('the email is written', () => recipientsIn(outboxDir).length > 0, timeoutMs);
  assert.deepEqual(recipientsIn(outboxDir), [recipient]);
});

Then(
  /^the email is delivered (with|without) (encryption|the username "[^"]*"|the client name "[^"]*")$/,
  function (this: RollcallWorld, preposition: string, what: string) {
    const session = serverOf(this).lastSession;
    const value = /"(.*)"/.exec(what)?.[1];
    if (what.startsWith('the username')) assert.equal(session?.login, value);
    else if (what.startsWith('the client name')) assert.equal(session?.greeting, value);
    else assert.equal(session?.isEncrypted, preposition === 'with');
  },
);
