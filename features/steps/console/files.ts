import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { Then, When } from '@cucumber/cucumber';
import type { RollcallWorld } from '../../support/world.js';

const scripts = /(?:src|href)="\.\/(assets\/[^"]+\.js)"/g;

/** The scripts that the page loads at once. */
const scriptsOf = (html: string): string[] => [...html.matchAll(scripts)].map(([, path = '']) => path);

const lastPage = (world: RollcallWorld): string => {
  const { status, text } = world.response;
  assert.equal(status, 200, text);
  return text;
};

When(
  'a client that accepts {string} requests the script of the page',
  async function (this: RollcallWorld, coding: string) {
    const [script = ''] = scriptsOf(lastPage(this));
    this.saved.set('script', script);
    await this.send('GET', `/console/${script}`, { headers: { 'Accept-Encoding': coding } });
  },
);

When('the client requests the script again with its ETag', async function (this: RollcallWorld) {
  const headers = { 'Accept-Encoding': 'br', 'If-None-Match': this.response.headers.get('etag') ?? '' };
  await this.send('GET', `/console/${String(this.saved.get('script'))}`, { headers });
});

Then('the content security policy allows no inline script and no other origin', function (this: RollcallWorld) {
  const html = lastPage(this);
  const policy = this.response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'self'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]+'; /);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.doesNotMatch(
    html,
    /<script(?![^>]*\bsrc="\.\/assets\/)|<style|\sstyle=|\son[a-z]+=|https?:|__NONCE__|__BASE__/,
  );
});

Then(
  'the scripts of the first load are at most {int} kB with gzip',
  async function (this: RollcallWorld, limit: number) {
    const paths = scriptsOf(lastPage(this));
    assert.ok(paths.length > 0);
    let bytes = 0;
    for (const path of paths) {
      const { text } = await this.send('GET', `/console/${path}`);
      bytes += gzipSync(text, { level: 9 }).length;
    }
    // The overview and what it needs are loaded next.
    assert.ok(bytes <= limit * 1000, `${String(bytes)} bytes`);
  },
);
