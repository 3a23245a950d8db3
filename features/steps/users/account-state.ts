import { defineParameterType, Given } from '@cucumber/cucumber';
import bcrypt from 'bcrypt';
import { prehash, formatStoredHash } from '../../../src/security/password-format.js';
import { ensureAccount, updateAccount } from '../../support/accounts/accounts.js';
import type { RollcallWorld } from '../../support/world.js';

const importedPassword = 'moved here from elsewhere';

/** Changes an account in the database, as an administrator or a background job would. */
type StateChange = (world: RollcallWorld, name: string) => Promise<void>;

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000 };

defineParameterType({
  name: 'account state',
  regexp: /blocked|blocked for \d+ (?:minute|hour)s?|deleted|restored|removed from the database/,
  transformer: (state: string): StateChange => {
    const [, count, unit = ''] = /(\d+) (minute|hour)/.exec(state) ?? [];
    return async (world, name) => {
      const now = world.clock.now();
      if (state === 'removed from the database') {
        await world
          .db('users')
          .where({ id: world.user(name).id })
          .delete();
      } else if (state === 'deleted') await updateAccount(world, name, { deleted_at: now });
      else if (state === 'restored') await updateAccount(world, name, { deleted_at: null });
      else {
        const end = count === undefined ? null : new Date(now.getTime() + Number(count) * (unitMs[unit] ?? Number.NaN));
        await updateAccount(world, name, { status: 'blocked', blocked_until: end });
      }
    };
  },
});

defineParameterType({
  name: 'verification',
  regexp: /verified|unverified/,
  transformer: (text: string) => text === 'verified',
});

Given(
  "{account}'s account is {account state}",
  async function (this: RollcallWorld, name: string, change: StateChange) {
    await change(this, name);
  },
);

Given(
  '{account} has the {verification} email {string}',
  async function (this: RollcallWorld, name: string, isVerified: boolean, email: string) {
    await updateAccount(this, name, { email, email_verified: isVerified });
  },
);

Given('{account} has no password yet', async function (this: RollcallWorld, name: string) {
  await updateAccount(this, name, { password_hash: null });
});

Given(
  "{account}'s password is/was imported as a {string} hash of cost {int}",
  async function (this: RollcallWorld, name: string, kind: string, cost: number) {
    const hash = await bcrypt.hash(importedPassword, cost);
    await updateAccount(this, name, { password_hash: hash.replace('$2b', kind) });
    this.user(name).password = importedPassword;
  },
);

Given(
  "{account}'s password was hashed with the pepper {string}",
  async function (this: RollcallWorld, name: string, pepper: string) {
    const { password } = await ensureAccount(this, name);
    const hash = await bcrypt.hash(prehash(pepper, password), 4);
    await updateAccount(this, name, { password_hash: formatStoredHash(pepper, hash) });
  },
);

Given(
  /^(\w+) (holds|loses) the role "([^"]*)"$/,
  async function (this: RollcallWorld, name: string, change: string, role: string) {
    const { id = '' } = await ensureAccount(this, name);
    const sql =
      change === 'holds'
        ? 'INSERT INTO user_roles (user_id, role_id) SELECT ?, id FROM roles WHERE name = ?'
        : 'DELETE FROM user_roles WHERE user_id = ? AND role_id = (SELECT id FROM roles WHERE name = ?)';
    await this.db.raw(sql, [id, role]);
  },
);
