import { describe, expect, it } from 'vitest';
import { applyRules } from '../../scripts/rooms/finding.js';
import { projectOf } from '../../scripts/rooms/project.js';
import { urlIsPath, type EndpointRow } from '../../scripts/rooms/rules/url-is-path.js';

const login: EndpointRow = { method: 'POST', path: '/api/v1/auth/login', at: 'auth/login' };
const endSession: EndpointRow = {
  method: 'DELETE',
  path: '/api/v1/users/me/sessions/:id',
  at: 'users/me/sessions/end',
};
const health: EndpointRow = { method: 'GET', path: '/api/health', at: 'system/health' };

const tree = {
  'src/routes/auth.ts': `\nendpoint({ at: 'auth/login' })\n`,
  'src/handlers/auth/login.ts': '',
  'src/handlers/auth/sign-in.ts': '',
  'src/handlers/users/me/sessions/end.ts': '',
  'src/handlers/system/health.ts': '',
  'features/auth/login.feature': '',
  'features/users/sessions.feature': '',
  'features/ops/health.feature': '',
};

const without = (path: keyof typeof tree): Record<string, string> =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => name !== path));

const messages = (endpoints: EndpointRow[], texts: Record<string, string> = tree): string[] =>
  applyRules(projectOf(texts), [urlIsPath(endpoints)]).map(({ file, line, message }) => `${file}:${line} ${message}`);

describe('url-is-path', () => {
  it('is silent where each endpoint has its handler and its feature', () => {
    expect(messages([login, endSession, health])).toEqual([]);
  });

  it('finds a handler that is not there, at the line of the route table', () => {
    expect(messages([login], without('src/handlers/auth/login.ts'))).toEqual([
      'src/routes/auth.ts:2 POST /api/v1/auth/login: there is no src/handlers/auth/login.ts',
    ]);
  });

  it('finds a handler in a place that the path does not name', () => {
    expect(messages([{ ...endSession, at: 'auth/sign-in' }])).toEqual([
      'src/routes/index.ts:1 DELETE /api/v1/users/me/sessions/:id: auth/sign-in does not mirror the path: expected users/me/sessions or users/me/sessions/<verb>',
    ]);
  });

  it.each([
    [login, 'features/auth/login.feature', 'features/auth/'],
    [endSession, 'features/users/sessions.feature', 'features/users/'],
    [health, 'features/ops/health.feature', 'features/ops/'],
  ] as const)('finds that %o has no feature', (row, feature, folder) => {
    expect(messages([row], without(feature)).join()).toContain(`there is no feature in ${folder}`);
  });

  it('finds a handler that serves two endpoints, and an endpoint that is listed twice', () => {
    expect(messages([login, login])).toEqual([
      'src/routes/auth.ts:2 POST /api/v1/auth/login: auth/login already serves another endpoint',
      'src/routes/auth.ts:2 POST /api/v1/auth/login: is listed twice',
    ]);
  });
});
