import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/routes/index.js';
import { useTestApp, withoutRateLimits, type TestApp } from '../support/test-app.js';

let app: TestApp;
useTestApp((started) => (app = started), { settings: { ...withoutRateLimits, api: { v2Enabled: true } } });

/** The route table, from which the OpenAPI document is made. */
const endpoints = allEndpoints();

/** The methods that a path must allow. */
const methodsOf = (path: string): string[] => {
  const methods = endpoints.flatMap((endpoint) => (endpoint.path === path ? [endpoint.method as string] : []));
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
};

describe('Allow', () => {
  it.each([...new Set(endpoints.map(({ path }) => path))])('of %s lists exactly its methods', async (path) => {
    const url = path.replaceAll(/:\w+/g, 'x1');
    const methods = methodsOf(path);
    const options = await app.send('OPTIONS', url);
    expect([options.status, options.headers.get('allow')]).toEqual([204, methods.join(', ')]);
    const others = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method));
    for (const method of others) {
      const { status, headers } = await app.send(method, url);
      expect([method, status, headers.get('allow')]).toEqual([method, 405, methods.join(', ')]);
    }
  });
});
