import assert from 'node:assert/strict';
import { After, Given, Then, When } from '@cucumber/cucumber';
import { errorsOf } from '../../src/contract/contract.js';
import type { ErrorCode } from '../../src/errors/codes.js';
import { allEndpoints } from '../../src/routes/index.js';
import { HttpListener } from '../../src/server/listeners/http-listener.js';
import { startingApp } from '../../src/server/startup/starting-app.js';
import { sendRaw } from '../support/http-client.js';
import type { RollcallWorld, SendOptions } from '../support/world.js';
import { findBody } from '../support/invalid-body.js';
import { pathOf, type Tried } from './every-route.js';
import { assertRejected } from '../support/problem.js';

/** An id that nobody has. */
const nobody = '00000000-0000-7000-8000-000000000000';

/** What a request to an endpoint is made of. */
type Request = readonly [path: string, options: SendOptions];

/** Ways to ask an endpoint, by the words of the stories; bodies are told of in bad-body.ts. */
const ways: Readonly<Record<string, (endpoint: Tried['endpoint']) => Request>> = {
  'nothing special': (endpoint) => [pathOf(endpoint, nobody), {}],
  'a broken percent-encoding': (endpoint) => [`${pathOf(endpoint, nobody)}?x=%zz`, {}],
  'something unheard of': (endpoint) => {
    const path = `${pathOf(endpoint, nobody)}?no_such_field=1`;
    if (endpoint.method !== 'GET') return [path, { body: { no_such_field: true } }];
    return [endpoint.query ? path : endpoint.path.replace(/:\w+/, '%00'), {}];
  },
};

const requestOf = (endpoint: Tried['endpoint'], what: string): Request => {
  const found = ways[what]?.(endpoint);
  if (found) return found;
  const options = findBody(what);
  assert.ok(options, what);
  return [pathOf(endpoint, nobody), endpoint.method === 'GET' ? {} : options];
};

const askAll = async (world: RollcallWorld, what: string, options: SendOptions): Promise<void> => {
  const tried: Tried[] = [];
  for (const endpoint of allEndpoints()) {
    const [path, own] = requestOf(endpoint, what);
    tried.push({ endpoint, answer: await world.send(endpoint.method, path, { ...own, ...options }) });
  }
  world.saved.set('tried', tried);
};

After({ name: 'nothing waits for a database' }, async function (this: RollcallWorld) {
  await (this.saved.get('waiting') as HttpListener | undefined)?.close();
});

Given('an instance waits for its database', async function (this: RollcallWorld) {
  const { services } = await this.ready();
  const listener = new HttpListener(startingApp(services).callback(), services.config.current.server);
  this.saved.set('waiting', listener);
  await listener.listen('127.0.0.1', 0);
});

const waitingOf = (world: RollcallWorld): { to: string } => ({
  to: (world.saved.get('waiting') as HttpListener).url,
});

When('{word} asks every route with {}', async function (this: RollcallWorld, name: string, what: string) {
  await askAll(this, what, { as: name });
});

When('somebody asks every route of that instance', async function (this: RollcallWorld) {
  await askAll(this, 'nothing special', waitingOf(this));
});

When('somebody asks that instance whether it is healthy', async function (this: RollcallWorld) {
  await this.send('GET', '/api/health', waitingOf(this));
});

When('somebody asks that instance for {string}', async function (this: RollcallWorld, path: string) {
  await this.send('GET', path, waitingOf(this));
});

When(
  'a load balancer asks that instance for {string} without a Host',
  async function (this: RollcallWorld, path: string) {
    this.saved.set('raw', await sendRaw(waitingOf(this).to, `GET ${path} HTTP/1.0\r\n\r\n`));
  },
);

Then('those refuse with {int} {word} that may', function (this: RollcallWorld, status: number, code: ErrorCode) {
  const tried = this.saved.get('tried') as Tried[];
  const bound = tried.filter(({ endpoint }) => errorsOf(endpoint).includes(code));
  assert.ok(bound.length > 5 && this.response.status > 0);
  for (const { answer } of bound) assertRejected(answer, status, code);
});
