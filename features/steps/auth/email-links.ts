import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When } from '@cucumber/cucumber';
import type { Tokens } from '../../../src/contract/auth.js';
import type { Caller } from '../../support/http/caller.js';
import { sendAs } from '../../support/http/caller.js';
import { deliverMail } from '../../support/mail/mailbox.js';
import * as links from '../../support/mail/mailed-link.js';
import type { Sending } from '../../support/http/sending.js';
import type { RollcallWorld } from '../../support/world.js';

/** How a link is used, other than for its purpose by an anonymous client. */
interface LinkUse {
  readonly purpose?: links.LinkPurpose;
  readonly newPassword?: string;
  readonly as?: string;
  readonly token?: string;
}

const purposePattern = Object.keys(links.linkPurposes).join('|');

defineParameterType({
  name: 'link purpose',
  regexp: new RegExp(purposePattern),
  transformer: (text: string) => links.linkPurposes[text],
});
defineParameterType({
  name: 'link',
  regexp: /the link|the previous link|the token "[^"]*"/,
  transformer: links.parseLink,
});
defineParameterType({
  name: 'link use',
  regexp: new RegExp(
    `(?: as an? (?:${purposePattern}) link)?(?: with new password "[^"]*")?(?: by [A-Z]\\w*| with the bearer token "[^"]*")?`,
  ),
  transformer: (text: string): LinkUse => {
    const purpose = links.linkPurposes[/ as an? (.+) link/.exec(text)?.[1] ?? ''];
    const newPassword = / with new password "([^"]*)"/.exec(text)?.[1];
    const as = / by (\w+)$/.exec(text)?.[1];
    const token = / with the bearer token "([^"]*)"/.exec(text)?.[1];
    return {
      ...(purpose && { purpose }),
      ...(newPassword !== undefined && { newPassword }),
      ...(as !== undefined && { as }),
      ...(token !== undefined && { token }),
    };
  },
});
defineParameterType({
  name: 'recipient',
  regexp: /[A-Z]\w*|"[^"]*"/,
  transformer: (text: string) => text,
  useForSnippets: false,
});
defineParameterType({
  name: 'link target',
  regexp: /(?: for "[^"]*")?/,
  transformer: (text: string) => text.slice(6, -1),
});

Given(
  '{recipient} (has )receive(s)(d) {word} {link purpose} link',
  async function (this: RollcallWorld, recipient: string, article: string, purpose: links.LinkPurpose) {
    const isPerson = !recipient.startsWith('"');
    if (isPerson || article === 'another') await deliverMail(this);
    if (isPerson) await links.requestOwnLink(this, recipient, purpose);
    else {
      const body = { email: recipient.slice(1, -1) };
      await this.send('POST', `/api/v1/auth/${purpose}/request`, { body });
    }
    assert.equal(this.response.status, 202, this.response.text);
    links.saveLink(this, purpose, await deliverMail(this));
  },
);

When(
  '{caller} requests a/an {link purpose} link{link target}{sent}',
  async function (this: RollcallWorld, caller: Caller, purpose: links.LinkPurpose, target: string, sent: Sending) {
    const body = target.includes('@') ? { email: target } : { username: target };
    await sent.send(this, async (options) => {
      const path = `/api/v1/auth/${purpose}/request`;
      if (target !== '') await sendAs(this, caller, 'POST', path, { body, ...options });
      else if (caller.name === undefined) await sendAs(this, caller, 'POST', path, options);
      else await links.requestOwnLink(this, caller.name, purpose);
      return this.response;
    });
  },
);

When(
  '{link} (is )(has been )used{link use}{sent}',
  async function (
    this: RollcallWorld,
    link: links.LinkSource,
    { newPassword, purpose, ...use }: LinkUse,
    sent: Sending,
  ) {
    const found = { ...link(this), ...(purpose && { purpose }) };
    await sent.send(this, (options) => links.useLink(this, found, newPassword, { ...use, ...options }));
  },
);

When('{account} (has )log(s)(ged) in with the link', async function (this: RollcallWorld, name: string) {
  const response = await links.useLink(this, links.parseLink('the link')(this));
  assert.equal(response.status, 200, response.text);
  this.user(name).tokens = response.json<Tokens>();
});

Then('the link request is accepted', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json()], [202, {}]);
});

Then(
  'an email to {string} contains a link to {string}',
  async function (this: RollcallWorld, email: string, url: string) {
    const [mail] = await links.mailTo(this, [email]);
    links.saveLink(this, links.purposeOf(mail) as links.LinkPurpose, mail === undefined ? [] : [mail]);
    this.saved.set('mail', mail);
    const expected = url.replace('<service>', this.app.url);
    assert.ok(mail?.links[0]?.includes(`${expected}#token=`), mail?.text);
  },
);

Then(
  /^(?:no email is|(\d+) emails are) sent(?: to "(.*)")?$/,
  async function (this: RollcallWorld, count: string | null, email: string | null) {
    await links.mailTo(
      this,
      Array.from({ length: Number(count ?? 0) }, () => email ?? ''),
    );
  },
);

defineParameterType({
  name: 'verification link',
  regexp: /(?:a verification link is sent to "[^"]*", and )?/,
  transformer: (text: string) => /"(.*)"/.exec(text)?.[1],
});

Then(
  '{verification link}the notice {string} is sent to {string}',
  async function (this: RollcallWorld, email: string | undefined, subject: string, owner: string) {
    const mails = await links.mailTo(this, email === undefined ? [owner] : [email, owner]);
    const notice = mails.find(({ to }) => to === owner);
    assert.equal(notice?.subject, subject);
    assert.ok(!notice.text.includes('token='), notice.text);
    if (email !== undefined) {
      const verification = mails.filter(({ to }) => to === email);
      links.saveLink(this, 'email-verification', verification);
    }
  },
);
