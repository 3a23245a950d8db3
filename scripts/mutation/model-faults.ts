import { faultsIn, type Fault } from './fault.js';

const roles = [
  'tests/models/roles/authorization.test.ts',
  'tests/models/roles/administrator.test.ts',
  'tests/handlers/admin/roles.test.ts',
];

/** Faults in the models; their tests need the database. */
export const modelFaults: readonly Fault[] = [
  ...faultsIn(
    'src/models/login/one-time-token.ts',
    ['tests/models/login/one-time-token.test.ts'],
    [
      ["patch({ usedAt: use.now }).returning('*')", "patch({}).returning('*')"],
      [".where('expires_at', '>', now)", ".where('expires_at', '>=', now)"],
      [".where('expires_at', '>', now)", ''],
      ['.where({ token_hash: hashOpaqueToken(token), purpose })', '.where({ token_hash: hashOpaqueToken(token) })'],
      ["'purpose', [...purposes]", "'purpose', ['password_reset', 'email_verification', 'magic_link']"],
      ['hash: hashOpaqueToken(token), expiresAt', 'hash: Buffer.from(token), expiresAt'],
    ],
  ),
  ...faultsIn('src/models/roles/administrator.ts', roles, [
    ['if (others.rows.length === 0)', 'if (false)'],
    ['if (own.rows.length === 0) return;', 'return;'],
    ['AND u.deleted_at IS NULL`', '`'],
    ["await trx.raw(`SELECT 1 FROM roles WHERE name = 'admin' FOR NO KEY UPDATE`);\n  // A separate", '// A separate'],
  ]),
  ...faultsIn('src/models/roles/authorization.ts', roles, [
    ['if (lacking.rows.length === 0) return;', 'return;'],
    ['if (isUnrestricted(actor)) return;', 'return;'],
    ["assertHoldsAll(trx, permissionsOf(':userId'), { actorId, userId })", 'Promise.resolve()'],
  ]),
  ...faultsIn('src/models/roles/role-management.ts', roles, [
    ["await AuditEvent.record(trx, 'role.updated', actor, { details });", ''],
    [
      'await assertCanGrantPermissions(trx, actor, change.permissions ?? []);\n  assertPreconditions(',
      'assertPreconditions(',
    ],
  ]),
  ...faultsIn(
    'src/models/sessions/session-loader.ts',
    ['tests/models/sessions/session-loader.test.ts'],
    [
      ['this.#waiting = [];', ''],
      ['waiting.resolve(found.get(waiting.id))', 'waiting.resolve([...found.values()][0])'],
      ['Math.max(...batch', 'Math.min(...batch'],
      ['waiting.reject(error)', 'waiting.resolve(undefined)'],
      ['this.runningQueries -= 1;\n      this.#schedule();', 'this.#schedule();'],
    ],
  ),
  ...faultsIn(
    'src/models/statistics.ts',
    ['tests/models/statistics.test.ts'],
    [
      ['for (const [hour, counts] of pending) this.#add(hour, counts);', ''],
      ['(hours - 1) * hourMs', 'hours * hourMs'],
      ['this.#pending = new Map();', ''],
      ['hour[name] += value', 'hour[name] = value'],
    ],
  ),
  ...faultsIn(
    'src/models/keys/key-rotation.ts',
    ['tests/models/keys/key-rotation.test.ts', 'tests/models/keys/key-cleanup.test.ts'],
    [
      ['if (invalidation) await instances.waitForAcks(invalidation);', ''],
      ['if (active) decryptKey(active, secretBox);', ''],
      ['key.algorithm === algorithm && this.#canDecrypt(key)', 'key.algorithm === algorithm'],
      ["if (former && expiresAt) await former.$query(trx).patch({ state: 'retiring', expiresAt });", ''],
      ['await request.onActivate?.(trx, key);', ''],
      ['      await SigningKey.recordTokenTtl(trx, { ttlMs, formerTtlMs, now: clock.now() });\n', ''],
    ],
  ),
  ...faultsIn(
    'src/models/page.ts',
    ['tests/models/page.test.ts'],
    [
      ['(created_at, id) < (?::timestamptz, ?::uuid)', '(created_at, id) <= (?::timestamptz, ?::uuid)'],
      ["if (groups?.['list'] !== list) throw invalidCursor();", ''],
      ['limit(limit + 1)', 'limit(limit)'],
    ],
  ),
];
