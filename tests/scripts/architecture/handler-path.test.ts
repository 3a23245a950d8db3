import { describe, expect, it } from 'vitest';
import { createProject } from '../../../scripts/architecture/project.js';
import { applyRules } from '../../../scripts/architecture/rule.js';
import { handlerPath, type Endpoint } from '../../../scripts/architecture/rules/handler-path.js';

const login: Endpoint = { method: 'POST', path: '/api/v1/auth/login', module: 'auth/login' };
const endSession: Endpoint = {
  method: 'DELETE',
  path: '/api/v1/users/me/sessions/:id',
  module: 'users/me/sessions/end',
};
const health: Endpoint = { method: 'GET', path: '/api/health', module: 'system/health' };

const files = {
  'src/routes/auth.ts': `\nendpoint({ module: 'auth/login' })\n`,
  'src/handlers/auth/login.ts': '',
  'src/handlers/auth/sign-in.ts': '',
  'src/handlers/users/me/sessions/end.ts': '',
  'src/handlers/system/health.ts': '',
  'features/auth/login.feature': '',
  'features/users/sessions.feature': '',
  'features/ops/health.feature': '',
};

const without = (path: keyof typeof files): Record<string, string> =>
  Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));

const messages = (endpoints: Endpoint[], texts: Record<string, string> = files): string[] =>
  applyRules(createProject(texts), [handlerPath(endpoints)]).map(
    ({ file, line, message }) => `${file}:${line} ${message}`,
  );

describe('handler-path', () => {
  it('accepts endpoints with a handler and a feature', () => {
    expect(messages([login, endSession, health])).toEqual([]);
  });

  it('reports a missing handler at the line of the route table', () => {
    expect(messages([login], without('src/handlers/auth/login.ts'))).toEqual([
      'src/routes/auth.ts:2 POST /api/v1/auth/login: missing src/handlers/auth/login.ts',
    ]);
  });

  it('reports a handler that does not match the path', () => {
    expect(messages([{ ...endSession, module: 'auth/sign-in' }])).toEqual([
      'src/routes/index.ts:1 DELETE /api/v1/users/me/sessions/:id: auth/sign-in does not match the path: expected users/me/sessions or users/me/sessions/<verb>',
    ]);
  });

  it.each([
    [login, 'features/auth/login.feature', 'features/auth/'],
    [endSession, 'features/users/sessions.feature', 'features/users/'],
    [health, 'features/ops/health.feature', 'features/ops/'],
  ] as const)('reports %o without a feature', (endpoint, feature, folder) => {
    expect(messages([endpoint], without(feature)).join()).toContain(`no feature in ${folder}`);
  });

  it('reports a handler of two endpoints, and a duplicate route', () => {
    expect(messages([login, login])).toEqual([
      'src/routes/auth.ts:2 POST /api/v1/auth/login: auth/login is already the handler of another endpoint',
      'src/routes/auth.ts:2 POST /api/v1/auth/login: duplicate route',
    ]);
  });
});
