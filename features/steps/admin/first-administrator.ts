import { When } from '@cucumber/cucumber';
import { createFirstAdministrator } from '../../../src/server/startup/administrator.js';
import type { RollcallWorld } from '../../support/world.js';

When(
  'the service starts with {account} as its first administrator',
  async function (this: RollcallWorld, name: string) {
    const { username, password } = this.user(name);
    if (!(await createFirstAdministrator((await this.ready()).services, { username, password }))) return;
    const row = await this.db('users').where({ username }).first<{ id: string }>('id');
    this.user(name).id = row.id;
  },
);

When(
  'two instances start at once with the first administrators {account} and {account}',
  async function (this: RollcallWorld, one: string, other: string) {
    const { services } = await this.ready();
    const logins = [one, other].map((name) => this.user(name));
    await Promise.all(
      logins.map(({ username, password }) => createFirstAdministrator(services, { username, password })),
    );
  },
);
