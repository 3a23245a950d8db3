import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../support/world.js';

When('somebody opens the page {string}', async function (this: RollcallWorld, path: string) {
  await this.send('GET', path);
});

Then('it is a page called {string}', function (this: RollcallWorld, title: string) {
  assert.equal(this.response.status, 200);
  assert.match(this.response.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/);
  assert.ok(this.response.text.includes(`<h1>${title}</h1>`), this.response.text);
});

Then('the page may load nothing inline and nothing from elsewhere', function (this: RollcallWorld) {
  const policy = this.response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.doesNotMatch(this.response.text, /<script(?![^>]*\bsrc="pages\/)|<style|\sstyle=|\son[a-z]+=|https?:/);
});

Then('everything that the page loads is there', async function (this: RollcallWorld) {
  const paths = [...this.response.text.matchAll(/(?:src|href)="(pages\/[^"]*)"/g)].map(([, path]) => `/${path ?? ''}`);
  assert.equal(paths.length, 2);
  for (const path of paths) {
    const { status, text } = await this.send('GET', path);
    assert.deepEqual([status, text.length > 100], [200, true], path);
  }
});

Then('the page of the link sends no address to others', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('referrer-policy'), 'no-referrer');
});

Then('there is no such page', function (this: RollcallWorld) {
  assert.deepEqual([this.response.status, this.response.json<{ code: string }>().code], [404, 'not_found']);
});
