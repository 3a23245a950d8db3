import assert from 'node:assert/strict';
import { defineParameterType, Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { PersonalData } from '../../../src/contract/leaving.js';
import { sendAs, type Caller } from '../../support/http/caller.js';
import { wrongPassword } from '../../support/accounts/fields.js';
import { deliverMail } from '../../support/mail/mailbox.js';
import { saveLink } from '../../support/mail/mailed-link.js';
import type { Sending } from '../../support/http/sending.js';
import type { ApiResponse, RollcallWorld, SendOptions } from '../../support/world.js';

const currentUser = '/api/v1/users/me';

/** The password that confirms a change: the person's own unless the step says otherwise. */
type Confirmation = (world: RollcallWorld, name: string | undefined) => string | undefined;

defineParameterType({
  name: 'confirmation',
  regexp: /(?: without (?:a|the current) password| with password "[^"]*"| with a wrong (?:current )?password)?/,
  transformer: (text: string): Confirmation => {
    if (text === '') return (world, name) => world.user(name ?? 'Anonymous').password;
    const password = text.startsWith(' with a wrong') ? wrongPassword : /"(.*)"/.exec(text)?.[1];
    return () => password;
  },
});

const update = (world: RollcallWorld, name: string, rawBody: string, options: SendOptions = {}): Promise<ApiResponse> =>
  world.send('PATCH', currentUser, { as: name, rawBody, ...options });

/** JSON of an update of one field; concurrent updates set different texts. */
const bodyOf = (field: string, value: string, password: string | undefined, suffix: string): string => {
  const text = value.startsWith('"') && suffix !== '' ? value.replace(/"$/, `${suffix}"`) : value;
  const confirmation =
    field === 'email' && password !== undefined ? `,"current_password":${JSON.stringify(password)}` : '';
  return `{${JSON.stringify(field)}:${text}${confirmation}}`;
};

const suffixOf = ({ count }: Sending, index: number): string => (count > 1 ? ` ${String(index)}` : '');

When(
  '{account} changes her {word} to {value}{confirmation}{sent}',
  async function (
    this: RollcallWorld,
    name: string,
    field: string,
    value: string,
    confirm: Confirmation,
    sent: Sending,
  ) {
    await sent.send(this, (options, index) => {
      const suffix = field === 'email' ? '' : suffixOf(sent, index);
      return update(this, name, bodyOf(field, value, confirm(this, name), suffix), options);
    });
  },
);

Given(
  '{account} has requested an email change to {string}',
  async function (this: RollcallWorld, name: string, email: string) {
    const body = bodyOf('email', JSON.stringify(email), this.user(name).password, '');
    const response = await update(this, name, body);
    assert.equal(response.status, 200, response.text);
    const mails = await deliverMail(this);
    saveLink(
      this,
      'email-verification',
      mails.filter(({ to }) => to === email),
    );
  },
);

When(
  '{caller} (has )set(s) the password to {string}{confirmation}{sent}',
  async function (this: RollcallWorld, caller: Caller, next: string, confirm: Confirmation, sent: Sending) {
    await sent.send(this, (options, index) => {
      const newPassword = `${JSON.parse(`"${next}"`) as string}${suffixOf(sent, index)}`;
      const body = { current_password: confirm(this, caller.name), new_password: newPassword };
      return sendAs(this, caller, 'PUT', `${currentUser}/password`, { body, ...options });
    });
  },
);

defineParameterType({ name: 'via POST', regexp: /(?: via POST)?/, transformer: (text: string) => text !== '' });

When(
  '{caller} deletes the current user{via POST}{confirmation}{sent}',
  async function (this: RollcallWorld, caller: Caller, isPost: boolean, confirm: Confirmation, sent: Sending) {
    const password = confirm(this, caller.name);
    const body = password === undefined ? {} : { body: { password } };
    const method = isPost ? 'POST' : 'DELETE';
    const path = isPost ? `${currentUser}/delete` : currentUser;
    await sent.send(this, (options) => sendAs(this, caller, method, path, { ...body, ...options }));
  },
);

Given('{account} (has )delete(s)(d) her account', async function (this: RollcallWorld, name: string) {
  const body = { password: this.user(name).password };
  const response = await this.send('DELETE', currentUser, { as: name, body });
  assert.equal(response.status, 204, response.text);
});

Then('the response is a JSON download', function (this: RollcallWorld) {
  const { headers } = this.response;
  assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
  assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="rollcall-[0-9-]+\.json"$/);
});

Then('the export contains:', function (this: RollcallWorld, table: DataTable) {
  assert.equal(this.response.status, 200, this.response.text);
  const { profile, sessions, greetings, audit_events: events } = PersonalData.parse(this.response.json());
  const found: Readonly<Record<string, unknown>> = {
    username: profile.username,
    pending_email: profile.pending_email,
    sessions: sessions.length,
    'ended sessions': sessions.filter(({ ended_at: end }) => end !== null).length,
    greetings: greetings.length,
    'audit events': events
      .map(({ action }) => action)
      .sort()
      .join(', '),
  };
  for (const [what = '', value] of table.raw()) assert.equal(String(found[what]), value, what);
});

Then("{account}'s account is unchanged", async function (this: RollcallWorld, name: string) {
  await this.send('GET', currentUser, { as: name });
  assert.deepEqual([this.response.status, this.response.headers.get('etag')], [200, this.saved.get('etag')]);
});
