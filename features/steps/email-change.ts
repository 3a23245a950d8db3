import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../src/contract/auth.js';
import { PersonalData } from '../../src/contract/leaving.js';
import { deliverMail } from '../support/mailbox.js';
import type { ApiResponse, RollcallWorld } from '../support/world.js';
import { linkOf, rememberLink, use } from './mailed-link.js';

const change = (world: RollcallWorld, name: string, email: string, password?: string): Promise<ApiResponse> => {
  const body = { email, ...(password !== undefined && { current_password: password }) };
  return world.send('PATCH', '/api/v1/users/me', { as: name, body });
};

When(
  '{word} changes the email to {string} without a password',
  async function (this: RollcallWorld, name: string, email: string) {
    await change(this, name, email);
  },
);

When(
  '{word} changes the email to {string} with the password {string}',
  async function (this: RollcallWorld, name: string, email: string, password: string) {
    await change(this, name, email, password);
  },
);

When(
  '{word} changes the email to {string} {int} times with a wrong password',
  async function (this: RollcallWorld, name: string, email: string, times: number) {
    for (let time = 0; time < times; time += 1) await change(this, name, email, 'certainly not the password');
  },
);

When(/^(\w+) sends the change (\{.*\})$/, async function (this: RollcallWorld, name: string, body: string) {
  await this.send('PATCH', '/api/v1/users/me', { as: name, rawBody: body });
});

Given(
  '{word} has asked to change the email to {string}',
  async function (this: RollcallWorld, name: string, email: string) {
    const answer = await change(this, name, email, this.user(name).password);
    assert.equal(answer.status, 200, answer.text);
    const mails = await deliverMail(this);
    rememberLink(
      this,
      'email-verification',
      mails.filter(({ to }) => to === email),
    );
  },
);

Given('{word} logs in with the link', async function (this: RollcallWorld, name: string) {
  const answer = await use(this, linkOf(this));
  assert.equal(answer.status, 200, answer.text);
  this.user(name).tokens = answer.json<Tokens>();
});

Then(
  '{string} gets a link to prove the address, and {string} a notice {string}',
  async function (this: RollcallWorld, to: string, owner: string, subject: string) {
    const mails = await deliverMail(this);
    assert.deepEqual(mails.map((mail) => mail.to).sort(), [to, owner].sort());
    const notice = mails.find((mail) => mail.to === owner);
    assert.equal(notice?.subject, subject);
    assert.ok(!notice.text.includes('token='), notice.text);
    rememberLink(
      this,
      'email-verification',
      mails.filter((mail) => mail.to === to),
    );
  },
);

Then('a notice {string} goes to {string}', async function (this: RollcallWorld, subject: string, address: string) {
  const mails = await deliverMail(this);
  assert.deepEqual(
    mails.map((mail) => [mail.to, mail.subject]),
    [[address, subject]],
  );
  assert.ok(!mails[0]?.text.includes('token='), mails[0]?.text);
});

Then("the account's e-mail address is null, unverified", function (this: RollcallWorld) {
  const { email, email_verified: isVerified } = this.response.json<Tokens['user']>();
  assert.deepEqual([email, isVerified], [null, false], this.response.text);
});

Then('it holds the pending address {string}', function (this: RollcallWorld, address: string) {
  assert.equal(PersonalData.parse(this.response.json()).profile.pending_email, address);
});
