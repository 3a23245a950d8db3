/** A user of the sample data. */
interface Sample {
  readonly username: string;
  readonly description: string;
}

const samples: readonly Sample[] = [
  ['ada', 'Writes programs'],
  ['grace', 'Answers questions of users'],
  ['edsger', 'Prefers short programs'],
  ['barbara', 'Designs languages'],
  ['katherine', 'Checks every number'],
  ['linus', 'Reviews changes'],
  ['margaret', 'Plans for failures'],
  ['tim', 'Links documents'],
].map(([username = '', description = '']) => ({ username, description }));

const password = 'eleven kites above the harbour';

/**
 * Fills a new service with users, sessions and audit events.
 * @returns the paths of the screens by name
 */
export const seed = async (
  url: string,
  administrator: { readonly username: string; readonly password: string },
): Promise<ReadonlyMap<string, string>> => {
  const call = async (
    method: string,
    path: string,
    body?: object,
    token?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...more,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json().catch(() => ({}))) as Record<string, unknown>;
  };
  const ids = new Map<string, string>();
  for (const { username, description } of samples) {
    const email = `${username}@example.org`;
    const { user } = await call('POST', '/auth/register', { username, password, email, description });
    ids.set(username, (user as { id: string }).id);
    await call('POST', '/auth/login', { username, password });
  }
  for (const username of ['tim', 'nobody']) await call('POST', '/auth/login', { username, password: 'wrong' });
  const tokens = await call('POST', '/auth/login', administrator);
  const token = tokens['access_token'] as string;
  await call('PUT', `/admin/users/${ids.get('grace') ?? ''}/roles`, { roles: ['user', 'support'] }, token);
  const block = { status: 'blocked', blocked_reason: 'Sends spam' };
  await call('PATCH', `/admin/users/${ids.get('tim') ?? ''}`, block, token);
  await call('DELETE', `/admin/users/${ids.get('linus') ?? ''}`, undefined, token);
  await call('POST', '/admin/jwt/secrets/rotate', {}, token);
  const editor = { name: 'auditor', description: 'Reads the audit log', permissions: ['audit:read', 'users:read'] };
  await call('POST', '/admin/roles', editor, token);
  const override = async (changes: object, options: object): Promise<void> => {
    const { headers } = await fetch(`${url}/api/v1/admin/config`, { headers: { Authorization: `Bearer ${token}` } });
    await call('PATCH', '/admin/config', { changes, ...options }, token, { 'If-Match': headers.get('ETag') ?? '' });
  };
  await override({ 'features.darkMode': true }, { reason: 'Preview for the team' });
  await override({ 'rateLimit.login.points': 30 }, { reason: 'Guessing from many addresses', expires_in: '8h' });
  const screens = [
    'overview',
    'mail',
    'users',
    'roles',
    'keys',
    'audit',
    'features',
    'configuration',
    'revisions',
    'account',
  ];
  return new Map([
    ...screens.map((name): [string, string] => [name, name]),
    ['user', `users/${ids.get('ada') ?? ''}`],
    ['setting', 'configuration?q=rateLimit.login&key=rateLimit.login.points'],
    ['templates', 'mail?tab=templates'],
    ['overrides', 'configuration?tab=overrides'],
    ['files', 'configuration?tab=files'],
    ['comparison', 'revisions?compare=1..3'],
  ]);
};
