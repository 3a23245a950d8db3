/**
 * `tsx scripts/permission-matrix.ts [--check]`: writes docs/permissions.md from the route table, or says whether the page
 * is stale (exit 1). Who may call what stands in the routes and nowhere else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { builtinRoles, permissions } from '../src/contract/permission.js';
import { allEndpoints } from '../src/routes/index.js';

const page = new URL('../docs/permissions.md', import.meta.url);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

const roles = Object.entries(builtinRoles);
const mark = (isAllowed: boolean): string => (isAllowed ? 'yes' : '');

const callers = { anyone: 'nobody needs a token', optional: 'with or without a token', required: 'any token' };

const endpointRows = allEndpoints().map(({ method, path, caller, permission }) => [
  `\`${method} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}\``,
  permission === undefined ? callers[caller] : `\`${permission}\``,
  mark(caller !== 'required'),
  ...roles.map(([, held]) => mark(permission === undefined || held.includes(permission))),
]);

const permissionRows = permissions.map((permission) => [
  `\`${permission}\``,
  ...roles.map(([, held]) => mark(held.includes(permission))),
]);

const text = `# Who may do what

Made by \`npm run docs\` from the route table, which is what the service asks too: each route names the permission that its
caller needs, the same that stands in the OpenAPI document as \`x-permission\`. A caller without it gets 403 \`forbidden\`.

Rights are read from the database for each request, so a change bites at the next one. Besides, nobody acts on an account,
and nobody gives away, changes or removes a role, that holds a permission which they lack themselves (403), and the last
administrator stays (409 \`last_admin\`).

\`tokens:introspect\` guards no route: \`POST /api/v1/auth/introspect\` answers \`{"active": false}\` for another person's token
to a caller without it, exactly as for a token that is not valid.

## What the built-in roles hold

${table(['Permission', ...roles.map(([name]) => name)], permissionRows)}

Other roles hold what \`POST /api/v1/admin/roles\` gives them.

## What each endpoint asks for

${table(['Endpoint', 'Asks for', 'no token', ...roles.map(([name]) => name)], endpointRows)}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/permissions.md is stale: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, text);
}
