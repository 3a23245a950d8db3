import assert from 'node:assert/strict';
import { once } from 'node:events';
import { After, Before, Given, Then, When } from '@cucumber/cucumber';
import knex from 'knex';
import { createApp } from '../../src/app.js';

Before(async function () {
  this.db = knex(this.lease.knexConfig());
  this.server = createApp(this.db).listen(0, '127.0.0.1');
  await once(this.server, 'listening');
  this.send = async (method, path) => {
    this.response = await fetch(`http://127.0.0.1:${this.server.address().port}${path}`, { method });
    const text = await this.response.text();
    return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text;
  };
});

After(async function () {
  this.server.closeAllConnections();
  await new Promise((resolve) => this.server.close(resolve));
  await this.db.destroy();
});

Given('the customer {string}', async function (email) {
  await this.db('customers').insert({ email });
});

Given(/^a stock of (\d+) (\w+?)s?$/, async function (stock, name) {
  await this.db('products').where({ name }).update({ stock });
});

When('{int} {word} is/are ordered', async function (quantity, product) {
  await this.send('POST', `/orders/${product}?quantity=${quantity}`);
});

When('{string} orders {int} {word}', async function (email, quantity, product) {
  await this.send('POST', `/orders/${product}?quantity=${quantity}&customer=${email}`);
});

When('order {int} is cancelled', async function (id) {
  await this.send('DELETE', `/orders/${id}`);
});

When('{string} signs up', async function (email) {
  await this.send('POST', `/customers/${email}`);
});

When('the structure is changed', async function () {
  await this.db.schema.alterTable('orders', (table) => table.text('note'));
});

Then('the response is {int}', function (status) {
  assert.equal(this.response.status, status);
});

/** Compares a list with a table: numbers and texts. */
Then('the {word} are:', async function (resource, table) {
  const rows = table
    .hashes()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, /^-?\d+$/.test(value) ? Number(value) : value]),
      ),
    );
  assert.deepEqual(await this.send('GET', `/${resource}`), rows);
});

Then('the list of {word} is empty', async function (resource) {
  assert.deepEqual(await this.send('GET', `/${resource}`), []);
});

Then('{int} {word} is/are in stock', async function (stock, name) {
  const products = await this.send('GET', '/products');
  assert.equal(products.find((product) => product.name === name).stock, stock);
});
