import assert from 'node:assert/strict';
import { After, Before, Given, Then, When } from '@cucumber/cucumber';
import pg from 'pg';
import { addAuthor, setState, visiblePosts, writeDraft } from '../../src/blog.js';

Before(async function () {
  this.client = new pg.Client(this.lease.pgConfig());
  await this.client.connect();
});

After(async function () {
  await this.client.end();
});

/** The rows of a table or view, as texts. */
const rowsOf = async (client, relation, columns) => {
  const list = columns.map((column) => `"${column}"::text`).join(', ');
  const { rows } = await client.query(`SELECT ${list} FROM "${relation}" ORDER BY 1, 2`);
  return rows;
};

Given('the author {string}', async function (email) {
  await addAuthor(this.client, email);
});

When('{string} writes {string} in {string}', async function (email, title, category) {
  await writeDraft(this.client, email, title, category);
});

When('{string} becomes {word}', async function (title, state) {
  await setState(this.client, title, state);
});

When('the statistics are refreshed', async function () {
  await this.client.query('REFRESH MATERIALIZED VIEW CONCURRENTLY "PostsPerRole"');
});

When('all tables are truncated', async function () {
  await this.client.query('TRUNCATE "User", "Category", "Post", "_CategoryToPost", "AuditEntry" RESTART IDENTITY');
});

When('the category {string} is replaced by {string}', async function (from, to) {
  await this.client.query('DELETE FROM "Category" WHERE "name" = $1', [from]);
  await this.client.query('INSERT INTO "Category" ("name") VALUES ($1)', [to]);
});

Then('{string} sees {string}', async function (email, titles) {
  assert.equal((await visiblePosts(this.client, email)).join(', '), titles);
});

Then('{word} contains:', async function (relation, table) {
  assert.deepEqual(await rowsOf(this.client, relation, table.raw()[0]), table.hashes());
});

Then('{word} is empty', async function (relation) {
  const { rows } = await this.client.query(`SELECT count(*)::int AS count FROM "${relation}"`);
  assert.deepEqual(rows, [{ count: 0 }]);
});

Then('{string} cannot sign up again', async function (email) {
  await assert.rejects(addAuthor(this.client, email), /User_email_key/);
});
