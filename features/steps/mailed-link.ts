import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../src/contract/auth.js';
import { deliverMail, type ReceivedMail } from '../support/mailbox.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { ensureAccount, logIn } from '../support/accounts.js';
import { allAtOnce } from '../support/batch.js';

/** What a link is good for. */
type Purpose = 'password-reset' | 'email-verification' | 'magic-link';

const purposes: Readonly<Record<string, Purpose>> = {
  'set a new password': 'password-reset',
  'prove the address': 'email-verification',
  'log in': 'magic-link',
};

/** Where the API takes the token. */
const uses: Readonly<Record<Purpose, string>> = {
  'password-reset': '/api/v1/auth/password-reset/complete',
  'email-verification': '/api/v1/auth/email-verification/complete',
  'magic-link': '/api/v1/auth/magic-link/consume',
};

/** Where the link leads. */
const pageOf: Readonly<Record<Purpose, string>> = {
  'password-reset': '/reset-password#',
  'email-verification': '/verify-email#',
  'magic-link': '/magic-link#',
};

/** A new password for those who do not care which. */
const anyPassword = 'seven lanterns over the bay';

/** A link that came by mail. */
interface MailedLink {
  readonly purpose: Purpose;
  readonly token: string;
}

defineParameterType({
  name: 'purpose',
  regexp: /set a new password|prove the address|log in/,
  transformer: (text: string) => purposes[text],
});

/** The link that came last. */
export const linkOf = (world: RollcallWorld): MailedLink => world.saved.get('link') as MailedLink;

/** Sends the token of a link to where its page sends it. */
export const use = (
  world: RollcallWorld,
  { purpose, token }: MailedLink,
  newPassword = anyPassword,
  options: Parameters<RollcallWorld['send']>[2] = {},
): Promise<ApiResponse> => {
  const body = { token, ...(purpose === 'password-reset' && { new_password: newPassword }) };
  return world.send('POST', uses[purpose], { body, ...options });
};

/** Keeps the link of the only mail; the one before becomes the older one. */
export const rememberLink = (
  world: RollcallWorld,
  purpose: Purpose,
  [mail, ...others]: readonly ReceivedMail[],
): void => {
  assert.deepEqual([mail === undefined, others], [false, []]);
  const token = new URLSearchParams(new URL(mail?.links[0] ?? '').hash.slice(1)).get('token');
  assert.match(token ?? '', /^[A-Za-z0-9_-]{43}$/);
  world.saved.set('older link', world.saved.get('link'));
  world.saved.set('link', { purpose, token });
};

/** Asks for a link as that person would. */
const ask = async (world: RollcallWorld, name: string, purpose: Purpose): Promise<void> => {
  const person = await ensureAccount(world, name);
  const { email } = await world.db('users').where({ id: person.id }).first<{ email: string | null }>('email');
  if (purpose === 'email-verification' && person.tokens === undefined) await logIn(world, person);
  const bodies = { 'password-reset': { username: person.username }, 'magic-link': { email }, 'email-verification': {} };
  const as = purpose === 'email-verification' ? name : null;
  await world.send('POST', `/api/v1/auth/${purpose}/request`, { body: bodies[purpose], as });
};

Given('{word} has got a link to {purpose}', async function (this: RollcallWorld, name: string, purpose: Purpose) {
  await deliverMail(this);
  await ask(this, name, purpose);
  assert.equal(this.response.status, 202, this.response.text);
  rememberLink(this, purpose, await deliverMail(this));
});

Given('somebody has got a link to log in at {string}', async function (this: RollcallWorld, email: string) {
  await this.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  rememberLink(this, 'magic-link', await deliverMail(this));
});

When('{word} asks for a link to {purpose}', async function (this: RollcallWorld, name: string, purpose: Purpose) {
  await ask(this, name, purpose);
});

When('nobody in particular asks for a link to prove the address', async function (this: RollcallWorld) {
  await this.send('POST', '/api/v1/auth/email-verification/request');
});

When(
  'somebody asks for a link to {purpose} for {string}',
  async function (this: RollcallWorld, purpose: Purpose, name: string) {
    const body = name.includes('@') ? { email: name } : { username: name };
    await this.send('POST', `/api/v1/auth/${purpose}/request`, { body });
  },
);

When(
  'somebody asks {int} times for a link to {purpose} for {string}',
  async function (this: RollcallWorld, count: number, purpose: Purpose, name: string) {
    for (let time = 0; time < count; time += 1) {
      await this.send('POST', `/api/v1/auth/${purpose}/request`, { body: { username: name } });
      assert.equal(this.response.status, 202, this.response.text);
    }
  },
);

Then('{int} mails are sent to {string}', async function (this: RollcallWorld, count: number, to: string) {
  const mails = await deliverMail(this);
  assert.deepEqual(
    mails.map((mail) => mail.to),
    Array.from({ length: count }, () => to),
  );
});

When(
  'somebody asks for a link to {purpose} with {}',
  async function (this: RollcallWorld, purpose: Purpose, text: string) {
    await this.send('POST', `/api/v1/auth/${purpose}/request`, { rawBody: text });
  },
);

When(
  'somebody who pretends that the service is at {string} asks for a link to {purpose} for {string}',
  async function (this: RollcallWorld, host: string, purpose: Purpose, name: string) {
    const headers = { Host: host, 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https', Forwarded: `host=${host}` };
    const body = name.includes('@') ? { email: name } : { username: name };
    await this.send('POST', `/api/v1/auth/${purpose}/request`, { body, headers });
  },
);

When('the link is used', async function (this: RollcallWorld) {
  await use(this, linkOf(this));
});

When('the link is used in a session of {word}', async function (this: RollcallWorld, name: string) {
  await use(this, linkOf(this), anyPassword, { as: name });
});

When('the link is used with a broken bearer token', async function (this: RollcallWorld) {
  await use(this, linkOf(this), anyPassword, { token: 'broken' });
});

When('the older link is used', async function (this: RollcallWorld) {
  await use(this, this.saved.get('older link') as MailedLink);
});

When('the link is used to {purpose}', async function (this: RollcallWorld, purpose: Purpose) {
  await use(this, { ...linkOf(this), purpose });
});

When('the link is used with the password {string}', async function (this: RollcallWorld, password: string) {
  await use(this, linkOf(this), password);
});

When('the link is used {int} times at once', async function (this: RollcallWorld, count: number) {
  const link = linkOf(this);
  await allAtOnce(this, count, () => use(this, link));
});

When('the link is used on the second instance', async function (this: RollcallWorld) {
  await use(this, linkOf(this), anyPassword, { to: this.saved.get('second') as string });
});

When('{string} is used to {purpose}', async function (this: RollcallWorld, token: string, purpose: Purpose) {
  await use(this, { purpose, token: JSON.parse(`"${token}"`) as string });
});

Then('the request is taken, whoever it is for', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json()], [202, {}]);
});

Then(
  'a mail to {string} holds a link to {string}',
  async function (this: RollcallWorld, address: string, start: string) {
    const mails = await deliverMail(this);
    assert.deepEqual(
      mails.map(({ to }) => to),
      [address],
    );
    const purpose = Object.values(purposes).find((name) => mails[0]?.links[0]?.includes(pageOf[name]));
    rememberLink(this, purpose as Purpose, mails);
    this.saved.set('mail', mails[0]);
    assert.ok(mails[0]?.links[0]?.includes(`${start}#token=`), mails[0]?.text);
  },
);

Then('that link leads to where the service listens', function (this: RollcallWorld) {
  const [link = ''] = (this.saved.get('mail') as ReceivedMail).links;
  assert.ok(link.startsWith(`${this.app.url}/`), link);
});

Then('no mail goes out', async function (this: RollcallWorld) {
  assert.deepEqual(await deliverMail(this), []);
});

Then('that mail does not speak of {string}', function (this: RollcallWorld, text: string) {
  const mail = JSON.stringify(this.saved.get('mail'));
  assert.ok(mail.includes('#token=') && !mail.includes(text), mail);
});

Then('somebody new is logged in, at {string}', function (this: RollcallWorld, email: string) {
  const { user } = this.response.json<Tokens>();
  assert.deepEqual([this.response.status, user.email, user.email_verified], [200, email, true], this.response.text);
  assert.match(user.username, /^user-[a-z0-9]{10}$/);
});
