import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { OutgoingMail, type MailKind } from '../../../src/models/mail/outgoing-mail.js';
import { ensureAccount } from '../../support/accounts/accounts.js';
import { deliverMail, type ReceivedMail } from '../../support/mail/mailbox.js';
import type { RollcallWorld } from '../../support/world.js';

type Part = 'subject' | 'text' | 'html';

const partOf = (world: RollcallWorld, part: Part): string => (world.saved.get('template mail') as ReceivedMail)[part];

When(
  'an email of the kind {word} is sent to {account}',
  async function (this: RollcallWorld, kind: MailKind, name: string) {
    const { id = '' } = await ensureAccount(this, name);
    const address = `${name.toLowerCase()}@example.org`;
    await this.db('users')
      .where({ id })
      .update({ email: address, email_verified: kind !== 'email_verification' });
    await OutgoingMail.enqueue(this.db, {
      kind,
      userId: id,
      address,
      now: this.clock.now(),
      details: { deadline: 'next week' },
    });
    this.saved.set('template mail', (await deliverMail(this))[0]);
  },
);

Then('the {word} of the email starts with {string}', function (this: RollcallWorld, part: Part, text: string) {
  assert.ok(partOf(this, part).startsWith(text), partOf(this, part));
});
