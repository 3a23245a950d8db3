import assert from 'node:assert/strict';
import { Then } from '@cucumber/cucumber';
import { allEndpoints } from '../../../src/routes/index.js';
import { problems } from '../../../src/errors/codes.js';
import { errorsOf } from '../../../src/contract/contract.js';
import type { RollcallWorld } from '../../support/world.js';

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >;
}

const openApiPath = (path: string): string => path.replaceAll(/:([a-z_]+)/g, '{$1}');

Then('the API document describes every endpoint with all its statuses', function (this: RollcallWorld) {
  const { paths } = this.response.json<OpenApi>();
  for (const endpoint of allEndpoints()) {
    const documented = Object.keys(paths[openApiPath(endpoint.path)]?.[endpoint.method.toLowerCase()]?.responses ?? {});
    const declared = [
      ...Object.keys(endpoint.responses),
      ...errorsOf(endpoint).map((code) => String(problems[code].status)),
    ];
    assert.deepEqual(new Set(documented), new Set(declared), `${endpoint.method} ${endpoint.path}`);
  }
});

Then('the API document describes only existing endpoints', function (this: RollcallWorld) {
  const { openapi, paths } = this.response.json<OpenApi>();
  const real = allEndpoints().map(({ method, path }) => `${method} ${openApiPath(path)}`);
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual([openapi, described.sort()], ['3.1.0', real.sort()]);
});

Then('the page loads nothing from other hosts', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.doesNotMatch(this.response.text, /(src|href)="https?:/);
  assert.match(this.response.headers.get('content-security-policy') ?? '', /script-src 'self'/);
});

Then(
  'the response has the encoding {string}, and its ETag is for this encoding only',
  function (this: RollcallWorld, encoding: string) {
    const { status, headers } = this.response;
    assert.deepEqual([status, headers.get('content-encoding') ?? 'identity'], [200, encoding]);
    assert.match(headers.get('vary') ?? '', /Accept-Encoding/);
    assert.equal(/-(br|gzip)"$/.exec(headers.get('etag') ?? '')?.[1] ?? 'identity', encoding);
  },
);

Then('its decoded body is the same as without an encoding', async function (this: RollcallWorld) {
  const { text, path } = this.response;
  const plain = await this.send('GET', path, { headers: { 'Accept-Encoding': 'identity' } });
  assert.ok(text.length > 500 && plain.headers.get('content-encoding') === null);
  assert.equal(plain.text, text);
});

Then('the API document names the server {string}', function (this: RollcallWorld, url: string) {
  const { servers } = this.response.json<{ servers: { url: string }[] }>();
  assert.deepEqual(
    servers.map((server) => server.url),
    [url],
  );
});
