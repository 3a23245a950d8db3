import { When } from '@cucumber/cucumber';
import { bootstrapAdministrator } from '../../src/server/administrator.js';
import type { RollcallWorld } from '../support/world.js';

When('the service starts with {word} as its first administrator', async function (this: RollcallWorld, name: string) {
  const { username, password } = this.person(name);
  if (!(await bootstrapAdministrator((await this.ready()).services, { username, password }))) return;
  const row = await this.db('users').where({ username }).first<{ id: string }>('id');
  this.person(name).id = row.id;
});
