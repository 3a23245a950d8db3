import assert from 'node:assert/strict';
import { Given, Then } from '@cucumber/cucumber';
import type { Tokens } from '../../src/contract/auth.js';
import { deliverMail } from '../support/mailbox.js';
import type { RollcallWorld } from '../support/world.js';
import { logIn } from './login.js';
import { rememberLink } from './mailed-link.js';

Given('somebody has got another link to log in at {string}', async function (this: RollcallWorld, email: string) {
  await deliverMail(this);
  await this.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  rememberLink(this, 'magic-link', await deliverMail(this));
});

Then('it is the account of {word}', function (this: RollcallWorld, name: string) {
  assert.equal(this.response.status, 200, this.response.text);
  assert.equal(this.response.json<Tokens>().user.id, this.user(name).id);
});

Then('{word} can log in with the password she had', async function (this: RollcallWorld, name: string) {
  const answer = await logIn(this, this.user(name));
  assert.equal(answer.status, 200, answer.text);
});
