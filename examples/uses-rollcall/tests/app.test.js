import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { startRollcall } from 'rollcall/testing';
import { createApp } from '../src/app.js';

describe('the order service', () => {
  let rollcall;
  let server;

  before(async () => {
    rollcall = await startRollcall();
    server = createApp({ rollcallUrl: rollcall.url, now: () => rollcall.clock.now() }).listen(0);
    await once(server, 'listening');
  });

  after(async () => {
    server?.close();
    await rollcall?.stop();
  });

  const send = (method, path, token) =>
    fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      method,
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });

  const logIn = async (username, options) => {
    const person = await rollcall.people.create(username, options);
    return { person, token: (await rollcall.tokens(person)).access_token };
  };

  test('requires an access token of Rollcall', async () => {
    assert.equal((await send('GET', '/orders')).status, 401);
    assert.equal((await send('GET', '/orders', 'forged')).status, 401);
  });

  test('sends the receipt to the address of the account', async () => {
    const { person, token } = await logIn('ada');
    const response = await send('POST', '/orders', token);
    assert.equal(response.status, 201);
    assert.deepEqual(await response.json(), { userId: person.id, receiptTo: 'ada@example.org' });
  });

  test('shows the orders of others to administrators only', async () => {
    const [bob, eve, admin] = [await logIn('bob'), await logIn('eve'), await logIn('grace', { roles: ['admin'] })];
    await send('POST', '/orders', bob.token);
    const seenBy = async ({ token }) =>
      (await (await send('GET', '/orders', token)).json()).map(({ userId }) => userId);
    assert.deepEqual(await seenBy(eve), []);
    assert.ok((await seenBy(admin)).includes(bob.person.id));
  });

  test('takes no order from a session that has ended', async () => {
    const { token } = await logIn('mallory');
    await fetch(`${rollcall.url}/api/v1/auth/logout`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    });
    assert.equal((await send('POST', '/orders', token)).status, 401);
  });

  test('rejects a token that has expired', async () => {
    await rollcall.config.set('auth.access.ttl', '5m');
    const { token } = await logIn('carol');
    assert.equal((await send('GET', '/orders', token)).status, 200);
    rollcall.clock.advance('6m');
    assert.equal((await send('GET', '/orders', token)).status, 401);
  });

  test('the emails of Rollcall arrive in the mailbox', async () => {
    const dave = await rollcall.people.create('dave', { verified: false });
    assert.equal((await rollcall.mailbox.next(dave)).to, 'dave@example.org');
  });
});
