import assert from 'node:assert/strict';
import { Then, When } from '@cucumber/cucumber';
import { allEndpoints } from '../../src/routes/index.js';
import { problems } from '../../src/errors/codes.js';
import { errorsOf } from '../../src/contract/contract.js';
import type { RollcallWorld } from '../support/world.js';

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >;
}

const openApiPath = (path: string): string => path.replaceAll(/:([a-z]+)/g, '{$1}');

When('somebody asks for the contract', async function (this: RollcallWorld) {
  await this.send('GET', '/openapi.json');
});

When('somebody opens the documentation', async function (this: RollcallWorld) {
  await this.send('GET', '/docs');
});

When('somebody loads {string} for the documentation', async function (this: RollcallWorld, file: string) {
  await this.send('GET', `/docs/${file}`);
});

Then('it documents every endpoint, with every status that it can answer', function (this: RollcallWorld) {
  const { paths } = this.response.json<OpenApi>();
  for (const endpoint of allEndpoints()) {
    const documented = Object.keys(paths[openApiPath(endpoint.path)]?.[endpoint.method.toLowerCase()]?.responses ?? {});
    const promised = [
      ...Object.keys(endpoint.responses),
      ...errorsOf(endpoint).map((code) => String(problems[code].status)),
    ];
    assert.deepEqual(new Set(documented), new Set(promised), `${endpoint.method} ${endpoint.path}`);
  }
});

Then('it documents nothing that is not there', function (this: RollcallWorld) {
  const { openapi, paths } = this.response.json<OpenApi>();
  const real = allEndpoints().map(({ method, path }) => `${method} ${openApiPath(path)}`);
  const told = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual([openapi, told.sort()], ['3.1.0', real.sort()]);
});

Then('it is a page that loads nothing from elsewhere', function (this: RollcallWorld) {
  assert.equal(this.response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.doesNotMatch(this.response.text, /(src|href)="https?:/);
  assert.match(this.response.headers.get('content-security-policy') ?? '', /script-src 'self'/);
});

Then('it is of the type {string}', function (this: RollcallWorld, type: string) {
  assert.deepEqual([this.response.status, this.response.headers.get('content-type')], [200, type]);
});
