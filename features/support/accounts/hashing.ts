import { setTimeout as pause } from 'node:timers/promises';
import { logIn } from './accounts.js';
import { allAtOnce } from '../http/batch.js';
import type { ApiResponse, RollcallWorld } from '../world.js';

/** What a login cost: bcrypt operations, and their rounds in total. */
export interface HashCost {
  readonly calls: number;
  readonly work: number;
}

/** The stored password hash of an account. */
export const storedHash = async (world: RollcallWorld, name: string): Promise<string> => {
  const row = await world
    .db('users')
    .where({ username: world.user(name).username })
    .first<{ password_hash: string }>('password_hash');
  return row.password_hash;
};

/** Logs a user in and measures the cost of the password hashes. */
export const loginCost = async (world: RollcallWorld, name: string, password: string): Promise<HashCost> => {
  const { passwords } = (await world.ready()).services;
  const before = { calls: passwords.calls, work: passwords.work };
  await logIn(world, world.user(name), { password });
  return { calls: passwords.calls - before.calls, work: passwords.work - before.work };
};

/** Sends requests concurrently and records the most password hashes that were computed at the same time. */
export const hashesAtOnce = async (
  world: RollcallWorld,
  count: number,
  sendOne: (index: number) => Promise<ApiResponse>,
): Promise<void> => {
  const gauge = (await world.ready()).services.metrics.registry.getSingleMetric('rollcall_hash_queue_running');
  const responses = allAtOnce(world, count, sendOne);
  const done = responses.then(() => true);
  let most = 0;
  do most = Math.max(most, (await gauge?.get())?.values[0]?.value ?? 0);
  while (!(await Promise.race([done, pause(1, false)])));
  await responses;
  world.saved.set('hashed at once', most);
};
