import { Given } from '@cucumber/cucumber';
import { deliverMail } from '../support/mailbox.js';
import type { RollcallWorld } from '../support/world.js';
import { rememberLink } from './mailed-link.js';

Given('somebody has got another link to log in at {string}', async function (this: RollcallWorld, email: string) {
  await deliverMail(this);
  await this.send('POST', '/api/v1/auth/magic-link/request', { body: { email } });
  rememberLink(this, 'magic-link', await deliverMail(this));
});
