import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { OutgoingMail, type MailKind } from '../../src/models/outgoing-mail.js';
import { deliverMail, type ReceivedMail } from '../support/mailbox.js';
import type { RollcallWorld } from '../support/world.js';
import { ensureAccount } from '../support/accounts.js';

When(
  'a mail of the kind {word} goes out to {word}',
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
    this.saved.set('that mail', (await deliverMail(this))[0]);
  },
);

Then('the {word} of that mail begins with {string}', function (this: RollcallWorld, part: string, words: string) {
  const mail = this.saved.get('that mail') as ReceivedMail | undefined;
  assert.ok(mail?.[part as 'text'].startsWith(words), JSON.stringify(mail));
});

Then('the {word} of that mail does not hold {string}', function (this: RollcallWorld, part: string, words: string) {
  const mail = this.saved.get('that mail') as ReceivedMail | undefined;
  const text = mail?.[part as 'text'];
  assert.ok(text && !text.includes(words), JSON.stringify(mail));
});
