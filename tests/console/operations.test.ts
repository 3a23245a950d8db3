import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/routes/index.js';
import { Workplace } from '../cli/support.js';

let place: Workplace;
beforeAll(() => {
  place = new Workplace('postgres://nobody@127.0.0.1:1/nowhere');
});
afterAll(() => {
  place.remove();
});

const sources = (): string[] =>
  readdirSync('console/src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

const read = (file: string): string => readFileSync(join('console/src', file), 'utf8');

/** Requests that the generated client does not send: its own repeat with a new token, a download, and the session. */
const direct = ['api/client.ts', 'api/send.ts', 'screens/audit/audit.tsx', 'session/session.ts'];

const call = /api\s*\.(GET|POST|PUT|PATCH|DELETE)\(\s*'([^']+)'/g;

/** The operations of the API that the sources of the console call, such as `GET /api/v1/admin/users/{id}`. */
const calledOperations = (): string[] => {
  const calls = sources().flatMap((file) => [...read(file).matchAll(call)]);
  return [...new Set(calls.map(([, method = '', path = '']) => `${method} ${path}`))].sort();
};

/** The command that does the same as an operation. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'GET /api/v1/admin/me': ['login'],
  'GET /api/v1/admin/overview': ['status'],
  'GET /api/v1/admin/statistics': ['statistics'],
  'GET /api/v1/admin/audit-events': ['audit'],
  'GET /api/v1/admin/users': ['users', 'list'],
  'POST /api/v1/admin/users': ['users', 'create'],
  'GET /api/v1/admin/users/{id}': ['users', 'show'],
  'PATCH /api/v1/admin/users/{id}': ['users', 'block'],
  'DELETE /api/v1/admin/users/{id}': ['users', 'delete'],
  'POST /api/v1/admin/users/{id}/restore': ['users', 'restore'],
  'POST /api/v1/admin/users/{id}/erase': ['users', 'erase'],
  'POST /api/v1/admin/users/{id}/password-reset': ['users', 'reset'],
  'PUT /api/v1/admin/users/{id}/roles': ['users', 'roles'],
  'GET /api/v1/admin/users/{id}/sessions': ['sessions', 'list'],
  'DELETE /api/v1/admin/users/{id}/sessions': ['sessions', 'end'],
  'DELETE /api/v1/admin/users/{id}/sessions/{session_id}': ['sessions', 'end'],
  'PATCH /api/v1/users/me': ['users', 'update'],
  'GET /api/v1/users/me/sessions': ['sessions', 'list'],
  'DELETE /api/v1/users/me/sessions/{id}': ['sessions', 'end'],
  'GET /api/v1/admin/roles': ['roles', 'list'],
  'POST /api/v1/admin/roles': ['roles', 'create'],
  'PATCH /api/v1/admin/roles/{name}': ['roles', 'update'],
  'DELETE /api/v1/admin/roles/{name}': ['roles', 'delete'],
  'GET /api/v1/admin/permissions': ['roles', 'permissions'],
  'GET /api/v1/admin/jwt/secrets': ['keys', 'list'],
  'POST /api/v1/admin/jwt/secrets/rotate': ['keys', 'rotate'],
  'DELETE /api/v1/admin/jwt/secrets/{kid}': ['keys', 'remove'],
  'GET /api/v1/admin/mails': ['mail', 'list'],
  'POST /api/v1/admin/mails/{id}/retry': ['mail', 'retry'],
  'DELETE /api/v1/admin/mails/{id}': ['mail', 'drop'],
  'POST /api/v1/admin/mails/test': ['mail', 'send-test'],
  'POST /api/v1/admin/mails/templates/preview': ['mail', 'preview'],
  'GET /api/v1/admin/config': ['config', 'show'],
  'PATCH /api/v1/admin/config': ['config', 'set'],
  'POST /api/v1/admin/config/confirm': ['config', 'confirm'],
  'POST /api/v1/admin/config/revert': ['config', 'revert'],
  'GET /api/v1/admin/config/overrides': ['config', 'overrides'],
  'DELETE /api/v1/admin/config/overrides': ['config', 'unset'],
  'DELETE /api/v1/admin/config/overrides/{key}': ['config', 'unset'],
  'DELETE /api/v1/admin/config/scheduled/{id}': ['config', 'scheduled'],
  'GET /api/v1/admin/config/revisions': ['config', 'history'],
  'GET /api/v1/admin/config/revisions/{n}': ['config', 'history'],
  'GET /api/v1/admin/config/files': ['config', 'check'],
  'GET /api/v1/admin/config/compare': ['config', 'compare'],
  'GET /api/v1/admin/config/schema': ['config', 'schema'],
  'POST /api/v1/admin/config/validate': ['config', 'check'],
  'POST /api/v1/admin/config/rollback': ['config', 'rollback'],
};

/** Commands for the other uses of an operation. */
const furtherCommands = [
  ['users', 'update'],
  ['users', 'unblock'],
];

describe('operations of the console', () => {
  it('are operations of the public API', () => {
    const documented = new Set(
      allEndpoints().map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)/g, '{$1}')}`),
    );
    expect(calledOperations().length).toBeGreaterThan(30);
    expect(calledOperations().filter((operation) => !documented.has(operation))).toEqual([]);
  });

  it('are called through the generated client, except where it cannot be used', () => {
    const request = /\bfetch\(|\bsend\(|XMLHttpRequest|sendBeacon|EventSource/;
    expect(
      sources()
        .filter((file) => request.test(read(file)))
        .sort(),
    ).toEqual(direct);
    const paths = direct.flatMap((file) =>
      [...read(file).matchAll(/\b(?:fetch|send)\(`\$\{serviceUrl\}(\/[^`?$]*)/g)].map(([, path]) => path),
    );
    expect(paths).toEqual(['/api/v1/admin/audit-events', '/console/session']);
    expect(Object.keys(commands)).toContain('GET /api/v1/admin/audit-events');
  });

  it('are available on the command line, and nothing else is listed here', () => {
    expect(Object.keys(commands).sort()).toEqual(calledOperations());
  });

  it.each([
    ...new Map(
      [...Object.values(commands), ...furtherCommands].map((command) => [command.join(' '), command]),
    ).values(),
  ])('rollcall %s %s exists', async (...names) => {
    const { exitCode, stdout } = await place.run(['help', ...names]);
    expect([exitCode, stdout.startsWith(`Usage: rollcall ${names.join(' ')}`)]).toEqual([0, true]);
  });
});
