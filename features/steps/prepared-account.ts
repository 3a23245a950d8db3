import { Given } from '@cucumber/cucumber';
import bcrypt from 'bcrypt';
import { prehash, formatStoredHash } from '../../src/security/password-format.js';
import type { RollcallWorld } from '../support/world.js';
import { ensureAccount } from './account.js';

/** The bcrypt hash, at cost 4, of "moved here from elsewhere", without the letter that tells its maker. */
const importedTail = '$04$S43anqzyQ9ssY9wq6yXcsOB1F6tBAh0jbgoQW9G9imROZBR.rtmye';

/** Writes columns of a person's account, as another part of the system would have. */
const prepare = async (
  world: RollcallWorld,
  name: string,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const { id } = await ensureAccount(world, name);
  await world.db('users').where({ id }).update(columns);
};

Given(
  '{word} has verified the e-mail address {string}',
  async function (this: RollcallWorld, name: string, email: string) {
    await prepare(this, name, { email, email_verified: true });
  },
);

Given(
  '{word} claims the e-mail address {string} without having verified it',
  async function (this: RollcallWorld, name: string, email: string) {
    await prepare(this, name, { email, email_verified: false });
  },
);

Given('{word} is/gets blocked', async function (this: RollcallWorld, name: string) {
  await prepare(this, name, { status: 'blocked' });
});

Given('{word} is blocked for {duration}', async function (this: RollcallWorld, name: string, ms: number) {
  await prepare(this, name, { status: 'blocked', blocked_until: new Date(this.clock.now().getTime() + ms) });
});

Given("{word}'s account is/gets deleted", async function (this: RollcallWorld, name: string) {
  await prepare(this, name, { deleted_at: this.clock.now() });
});

Given('{word} has no password yet', async function (this: RollcallWorld, name: string) {
  await prepare(this, name, { password_hash: null });
});

Given(
  "{word}'s password was imported as a {string} hash",
  async function (this: RollcallWorld, name: string, kind: string) {
    await prepare(this, name, { password_hash: `${kind}${importedTail}` });
    this.user(name).password = 'moved here from elsewhere';
  },
);

Given(
  "{word}'s password was imported as a {string} hash of cost {int}",
  async function (this: RollcallWorld, name: string, kind: string, cost: number) {
    const hash = await bcrypt.hash('moved here from elsewhere', cost);
    await prepare(this, name, { password_hash: hash.replace('$2b', kind) });
    this.user(name).password = 'moved here from elsewhere';
  },
);

Given(
  "{word}'s password was hashed with the pepper {string}",
  async function (this: RollcallWorld, name: string, pepper: string) {
    const { password } = await ensureAccount(this, name);
    await prepare(this, name, {
      password_hash: formatStoredHash(pepper, await bcrypt.hash(prehash(pepper, password), 4)),
    });
  },
);

Given("{word}'s account is removed from the database", async function (this: RollcallWorld, name: string) {
  await this.db('users')
    .where({ id: this.user(name).id })
    .delete();
});

Given('{word} holds the role {string}', async function (this: RollcallWorld, name: string, role: string) {
  const { id } = await ensureAccount(this, name);
  await this.db.raw('INSERT INTO user_roles (user_id, role_id) SELECT ?, id FROM roles WHERE name = ?', [
    id ?? '',
    role,
  ]);
});

Given('{word} loses the role {string}', async function (this: RollcallWorld, name: string, role: string) {
  const { id } = await ensureAccount(this, name);
  const lost = this.db('roles').select('id').where({ name: role });
  await this.db('user_roles').where({ user_id: id }).whereIn('role_id', lost).delete();
});
