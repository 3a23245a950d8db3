import type { OverrideChange } from '../../../src/config/override-state.js';
import type { ConfigOptions, Requester } from '../../../src/config/types.js';
import { User } from '../../../src/models/accounts/user.js';
import { login, open, openInstance, requester, storeOver } from '../revisions/support.js';

/** A change of `rateLimit.login.points`. */
export const points = (value: number, options: Partial<OverrideChange> = {}): OverrideChange => ({
  ...{ changes: { 'rateLimit.login.points': value }, reason: null, confirmWithinMs: null, expiresInMs: null },
  ...{ maxErrorRatio: null, ...options },
});

/** An instance with 7 points in its files, after its start. */
export const openOn = async (url: string, options: Partial<ConfigOptions> = {}) => {
  const instance = openInstance({ 'local.yaml': login(7) }, { times: { numberingMs: 500, quietMs: 1 }, ...options });
  instance.config.useRevisionStore(storeOver(open(url)));
  await instance.config.ensureNumbered(10_000);
  return instance;
};

/** Creates an administrator, who may schedule changes. @returns the requester of changes */
export const createAdministrator = async (url: string): Promise<Requester> => {
  const profile = { username: 'root', passwordHash: null, email: null, description: null, currentGoal: null };
  const { id: actorId } = await open(url).transaction((trx) => User.register(trx, profile, ['admin']));
  return { ...requester, actorId };
};
